import {
  AUDIO_TRACK,
  type Frame,
  type Millis,
  millis,
  type Track,
  VIDEO_TIMESCALE,
  VIDEO_TRACK,
} from "@oxbow/media";
import {
  createPackager,
  type Packager,
  type PackagerOutput,
  SourceBoundaries,
  type StretchReason,
} from "../packager/index.ts";
import type { LiveAnswer, LiveReply } from "./live-answer.ts";
import { LiveWindow, type LiveWindowOptions } from "./live-window.ts";
import { type MadeRendition, RenditionOnAir } from "./rendition-on-air.ts";

export const origin = millis(1_763_841_600_000);
const PICTURES = 25;

export const video: Track = {
  id: VIDEO_TRACK,
  timescale: 90_000,
  language: "und",
  config: {
    kind: "video",
    codec: "avc",
    record: Uint8Array.of(1, 100, 0, 31, 255, 225, 0, 0, 1, 0, 0),
    codecString: "avc1.64001f",
    width: 1280,
    height: 720,
    pixelAspect: [1, 1],
  },
};
export const audio: Track = {
  id: AUDIO_TRACK,
  timescale: 48_000,
  language: "eng",
  config: {
    kind: "audio",
    codec: "aac",
    record: Uint8Array.of(0x11, 0x90),
    codecString: "mp4a.40.2",
    sampleRate: 48_000,
    channels: 2,
    samplesPerFrame: 1024,
  },
};

/** Frames of `[from, to)` milliseconds of a stretch that began at `start`, a keyframe at each `gopMs`. */
export function media(
  from: number,
  to: number,
  gopMs: number,
  tracks: readonly Track[],
  start = from,
): Frame[] {
  const frames: { at: number; frame: Frame }[] = [];
  const step = 1000 / PICTURES;
  const has = (id: number): boolean => tracks.some((track) => track.id === id);
  for (let at = from; has(VIDEO_TRACK) && at < to; at += step) {
    const key = (at - start) % gopMs === 0;
    const data = new Uint8Array(key ? 400 : 100).fill(at / step);
    frames.push({ at, frame: { track: VIDEO_TRACK, dts: at * 90, cto: 0, key, data } });
  }
  for (
    let dts = Math.ceil((from * 48) / 1024) * 1024;
    has(AUDIO_TRACK) && dts < to * 48;
    dts += 1024
  ) {
    const data = new Uint8Array(20).fill(dts / 1024);
    frames.push({ at: dts / 48, frame: { track: AUDIO_TRACK, dts, cto: 0, key: true, data } });
  }
  return frames.toSorted((a, b) => a.at - b.at).map(({ frame }) => frame);
}

/** A broadcast on a clock of its own. Times are milliseconds since its origin. */
export class OnAir {
  now = 0;
  readonly window: LiveWindow;
  /** What was sealed, by its address; answered as an archive does where there is one. */
  readonly sealed = new Map<string, Buffer>();
  readonly renditions: readonly RenditionOnAir[];
  readonly #packager: Packager;
  #fed: { readonly gopMs: number; readonly tracks: readonly Track[]; readonly start: number } = {
    gopMs: 2000,
    tracks: [],
    start: 0,
  };
  /** Called when the clock moved. */
  seen: () => void = () => {};

  constructor(options: Partial<LiveWindowOptions> = {}, ladder: readonly MadeRendition[] = []) {
    this.window = new LiveWindow({
      stream: { id: "str_1", name: "story" },
      broadcast: "brd_1",
      segmentMs: 2000,
      windowSegments: 8,
      firstMediaSequence: 40,
      firstDiscontinuitySequence: 5,
      now: () => this.clock,
      ...options,
    });
    let stretches = 0;
    const newStretchId = (): string => `stt_${++stretches}`;
    const boundaries = new SourceBoundaries(VIDEO_TIMESCALE);
    const partMs = options.partMs ?? 500;
    this.#packager = createPackager({
      stream: "str_1",
      broadcast: "brd_1",
      rendition: "source",
      partMs,
      segmentMs: 2000,
      longestSegmentMs: 12_000,
      nextSegment: 9,
      newStretchId,
      outputs: [boundaries, this.window, this.#recorder()],
    });
    this.renditions = ladder.map((made) => {
      const outputs = [this.window.rendition(made), this.#recorder()];
      return new RenditionOnAir(made, partMs, boundaries, newStretchId, outputs);
    });
  }

  get clock(): Millis {
    return millis(origin + this.now);
  }

  publish(
    reason: StretchReason,
    lengthMs: number,
    gopMs = 2000,
    tracks: readonly Track[] = [video, audio],
  ): void {
    this.begin(reason, gopMs, tracks);
    this.feed(lengthMs);
  }

  begin(reason: StretchReason, gopMs: number, tracks: readonly Track[]): void {
    this.#packager.begin({ reason, tracks, origin });
    for (const rendition of this.renditions) {
      rendition.interrupt(this.now);
      rendition.begin({ reason, tracks, origin });
    }
    this.#fed = { gopMs, tracks, start: this.now };
  }

  /** Goes on with the stretch for so long. */
  feed(lengthMs: number): void {
    const from = this.now;
    const { gopMs, tracks, start } = this.#fed;
    for (const frame of media(from, from + lengthMs, gopMs, tracks, start)) {
      const at = Math.floor((frame.dts * 1000) / (frame.track === VIDEO_TRACK ? 90_000 : 48_000));
      if (at > this.now) {
        this.#moveTo(at);
      }
      this.#packager.frame(frame);
      for (const rendition of this.renditions) rendition.frame(frame, this.now);
    }
    this.#moveTo(from + lengthMs);
  }

  #moveTo(now: number): void {
    this.now = now;
    for (const rendition of this.renditions) rendition.give(now);
    this.seen();
  }

  lose(): void {
    this.#packager.interrupt();
    for (const rendition of this.renditions) rendition.interrupt(this.now);
    this.window.interrupted(this.clock);
    this.seen();
  }

  wait(ms: number, steps = 1): void {
    for (let step = 0; step < steps; step += 1) {
      this.#moveTo(this.now + Math.round(ms / steps));
    }
  }

  end(): void {
    this.#packager.end();
    for (const rendition of this.renditions) rendition.interrupt(this.now);
    this.window.ended();
    this.seen();
  }

  #recorder(): PackagerOutput {
    return {
      stretchBegan: () => {},
      chunkSealed: () => {},
      segmentSealed: ({ stretch, number, tracks }) => {
        for (const { track, chunks } of tracks) {
          const bytes = Buffer.concat(chunks.flatMap(({ buffers }) => buffers));
          this.sealed.set(`${stretch.id}/${track}/${number}`, bytes);
        }
      },
      stretchEnded: () => {},
    };
  }

  /** What stands at a path by now; held answers are none. */
  answer(path: string): LiveAnswer | undefined {
    const [name = "", query] = path.split("?");
    const answer = this.window.route(name, new URLSearchParams(query));
    if (answer instanceof Promise) throw new Error(`The answer to "${path}" is held`);
    return answer && whole(answer);
  }

  /** What stands at a path; undefined also where it is held. */
  ready(path: string): LiveAnswer | undefined {
    const gone = new AbortController();
    const [name = "", query] = path.split("?");
    const answer = this.window.route(name, new URLSearchParams(query), gone.signal);
    gone.abort();
    return answer === undefined || answer instanceof Promise ? undefined : whole(answer);
  }

  /** The answer to a path, as soon as there is one. */
  async held(path: string, gone?: AbortSignal): Promise<LiveAnswer | undefined> {
    const [name = "", query] = path.split("?");
    const answer = await this.window.route(name, new URLSearchParams(query), gone);
    return answer && whole(answer);
  }

  read(path: string): string {
    const answer = this.answer(path);
    if (answer === undefined) throw new Error(`Nothing stands at "${path}"`);
    return Buffer.concat(answer.body).toString();
  }
}

function whole(answer: LiveReply): LiveAnswer {
  if (answer.kind === "growing") throw new Error("The answer still grows");
  return answer;
}
