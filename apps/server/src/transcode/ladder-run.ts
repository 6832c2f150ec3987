import { type FlvTag, readVideoTag } from "@oxbow/containers";
import {
  type Frame,
  parseAvcConfig,
  type Track,
  VIDEO_TRACK,
  type VideoConfig,
} from "@oxbow/media";
import { type FfmpegChild, type FfmpegEnd, spawnFfmpeg } from "../ffmpeg/index.ts";
import type { EncoderName, LadderLatency } from "./encoder.ts";
import { FedFrames } from "./fed-frames.ts";
import { readFlvPipe } from "./flv-pipe.ts";
import { ladderArguments, NORMAL_SOUND } from "./ladder-command.ts";
import { matroskaFrameHeader, matroskaHeader } from "./matroska.ts";
import { NormalSoundReader } from "./normal-sound.ts";
import type { Rendition } from "./ports.ts";
import { type RunFigures, RunPace } from "./run-pace.ts";

/** What comes out of a run; places are those of its renditions. */
export interface LadderRunHost {
  configured(place: number, config: VideoConfig): void;
  /** `fresh`: pictures before it were left out of what went in. */
  picture(place: number, frame: Frame, fresh: boolean): void;
  /** A unit of normalised sound. */
  sound(frame: Frame): void;
}

export type LadderRunOptions = {
  readonly ffmpeg: string;
  readonly niceness: number;
  /** Undefined where none works. */
  readonly encoder: Promise<EncoderName | undefined>;
  readonly latency: LadderLatency;
  readonly video: Track & { readonly config: VideoConfig };
  /** Sound that is to be normalised. */
  readonly sound: Track | undefined;
  /** At least one. */
  readonly renditions: readonly Rendition[];
  /** Bytes that may wait for ffmpeg to take them. */
  readonly queueBytes: number;
  /** Milliseconds of a clock that never steps. */
  readonly clock: () => number;
  readonly host: LadderRunHost;
};

/** How a run ended. */
export type LadderRunEnd = FfmpegEnd & {
  /** All that was fed came out, up to the source's end. */
  readonly clean: boolean;
};

/** Pictures that may be in ffmpeg: a bound, for one that stands still is ended long before. */
const MOST_BEHIND = 4_000;

const NOT_STARTED: LadderRunEnd = {
  code: null,
  signal: null,
  words: "no encoder of H.264 works here",
  clean: false,
};

/**
 * One ffmpeg that makes the renditions of one stretch, from a keyframe on. Pictures are handed on as they
 * are made, with the source's ticks. It neither restarts nor decides anything.
 */
export class LadderRun {
  /** Resolves when the process is gone and all that it gave was handed on; never rejects. */
  readonly ended: Promise<LadderRunEnd>;
  readonly #options: LadderRunOptions;
  readonly #fed: FedFrames;
  readonly #pace: RunPace;
  #child: FfmpegChild | undefined;
  /** What was fed before the process had started. */
  #before: Uint8Array[] = [];
  #waiting = 0;
  #began = false;
  #finished = false;
  #killed = false;
  /** Nothing more goes in until a keyframe, because what went in was not taken. */
  #dropping = false;
  #full = false;
  /** Why its output could not be read. */
  #broken: string | undefined;

  constructor(options: LadderRunOptions) {
    const { renditions, video, sound } = options;
    this.#options = options;
    this.#fed = new FedFrames(video.timescale, renditions.length);
    this.#pace = new RunPace(video.timescale, renditions.length, options.clock());
    this.#before.push(matroskaHeader(sound ? [video, sound] : [video]));
    this.ended = this.#run();
  }

  /** A frame of the source, from a keyframe on: pictures, and sound where it is to be normalised. */
  feed(frame: Frame): void {
    if (this.#finished || this.#killed) return;
    if (frame.track === VIDEO_TRACK) this.#feedPicture(frame);
    else if (this.#began && !this.#dropping) this.#feedSound(frame);
  }

  /** No more frames: what is in it comes out, and it ends. */
  finish(): void {
    this.#finished = true;
    this.#child?.stdin.end();
  }

  kill(): void {
    this.#killed = true;
    this.#before = [];
    this.#child?.kill();
  }

  memory(): Promise<number | undefined> {
    return this.#child?.memory() ?? Promise.resolve(undefined);
  }

  /** How it does since the last look. */
  figures(): RunFigures {
    const full = this.#full;
    this.#full = this.#dropping;
    return { ...this.#pace.look(this.#options.clock()), behind: this.#fed.behind, full };
  }

  #feedPicture(frame: Frame): void {
    const waiting = this.#child?.stdin.writableLength ?? this.#waiting;
    if (waiting > this.#options.queueBytes || this.#fed.behind > MOST_BEHIND) {
      this.#dropping = true;
      this.#full = true;
    }
    // It begins again where a decoder can, and where there is room for more than the next moment.
    const fresh = this.#dropping;
    if (fresh && (!frame.key || waiting > this.#options.queueBytes / 2)) return;
    this.#dropping = false;
    this.#began = true;
    const now = this.#options.clock();
    this.#pace.fed(now);
    this.#write(frame, this.#fed.feed(frame.dts + frame.cto, now, fresh));
  }

  #feedSound(frame: Frame): void {
    const { sound } = this.#options;
    if (sound?.id !== frame.track) return;
    this.#write(frame, this.#fed.time(frame.dts + frame.cto, sound.timescale));
  }

  #write({ track, key, data }: Frame, at: number): void {
    const header = matroskaFrameHeader(track, at, key, data.length);
    const stdin = this.#child?.stdin;
    if (stdin === undefined) {
      this.#before.push(header, data);
      this.#waiting += data.length;
      return;
    }
    if (stdin.destroyed) return;
    // Both in one system call, and the frame's bytes as they are.
    stdin.cork();
    stdin.write(header);
    stdin.write(data);
    stdin.uncork();
  }

  async #run(): Promise<LadderRunEnd> {
    const { ffmpeg, niceness, latency, video, sound, renditions } = this.#options;
    const encoder = await this.#options.encoder;
    if (encoder === undefined || this.#killed) return NOT_STARTED;
    const shape = { video: video.config, renditions, sound: sound !== undefined };
    const command = { encoder, latency, ...shape };
    const pipes = renditions.length + (sound === undefined ? 0 : 1);
    let child: FfmpegChild;
    try {
      const args = ladderArguments(command);
      child = await spawnFfmpeg({ program: ffmpeg, args, pipes, niceness });
    } catch (error) {
      return { code: null, signal: null, words: String(error), clean: false };
    }
    this.#child = child;
    if (this.#killed) child.kill();
    for (const bytes of this.#before) child.stdin.write(bytes);
    this.#before = [];
    if (this.#finished) child.stdin.end();
    child.stdout.resume();
    const closed = child.pipes.map(
      (pipe, place) =>
        new Promise<void>((resolve) => {
          pipe.once("close", resolve);
          readFlvPipe(pipe, this.#taker(place), (error) => this.#fail(error));
        }),
    );
    const [end] = await Promise.all([child.ended, ...closed]);
    const clean = end.code === 0 && this.#finished && !this.#dropping;
    return { ...end, words: this.#broken ?? end.words, clean };
  }

  /** What is done with the tags of a pipe. */
  #taker(place: number): (tag: FlvTag) => void {
    const { renditions, host } = this.#options;
    if (place < renditions.length) return (tag) => this.#takePicture(place, tag);
    const reader = new NormalSoundReader((ms) => this.#fed.ticks(ms, NORMAL_SOUND.sampleRate));
    return (tag) => {
      const frame = reader.read(tag);
      if (frame !== undefined) host.sound(frame);
    };
  }

  #takePicture(place: number, tag: FlvTag): void {
    if (tag.kind !== "video") return;
    const video = readVideoTag(tag.body);
    const { host } = this.#options;
    if (video.is === "config") {
      host.configured(place, parseAvcConfig(video.record));
    } else if (video.is === "frame") {
      const now = this.#options.clock();
      const matched = this.#fed.take(place, tag.timestamp + video.compositionTime, now);
      if (matched === undefined) return;
      const { pts, delay, fresh } = matched;
      this.#pace.came(place, pts, delay, now);
      const { key, data } = video;
      host.picture(place, { track: VIDEO_TRACK, dts: pts, cto: 0, key, data }, fresh);
    }
  }

  /** What came out can't be read: there is no sense in more of it. */
  #fail(error: unknown): void {
    this.#broken = error instanceof Error ? error.message : String(error);
    this.kill();
  }
}
