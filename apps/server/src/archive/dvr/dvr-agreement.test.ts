import assert from "node:assert/strict";
import { type Frame, type Millis, plus, VIDEO_TIMESCALE } from "@oxbow/media";
import * as fc from "fast-check";
import * as hls from "hls-parser";
import {
  createFollower,
  createPackager,
  SourceBoundaries,
  type StretchReason,
} from "../../packager/index.ts";
import { archiveStore, openStore } from "../../store/index.ts";
import type { Archive } from "../archive-door.ts";
import { archiveTest } from "../archive-for-tests.ts";
import { AUDIO, framesOf, SMALL, T0, VIDEO } from "../media-for-tests.ts";
import { STREAM } from "../renditions-for-tests.ts";

hls.setOptions({ strictMode: true });
const test = archiveTest({ openStore, archiveStore });

/** What befalls the broadcast next; a second of media each, but for what takes none. */
type Step = "media" | "stall" | "catch up" | "crash" | "restart" | "away" | "back";

const seconds = (count: number): Step[] => Array.from({ length: count }, () => "media");
/** An encoder that was away comes back, and its pictures are transcoded later. */
const LATE_BACK: Step[] = [...seconds(5), "away", ...seconds(7), "stall", "back", ...seconds(5)];

/** A source and what is made of it, wired as they are: the transcoder gives frames later, or never. */
class OnAir {
  readonly archive: Archive;
  readonly broadcast: string;
  readonly #recorders;
  readonly #packager;
  readonly #follower;
  #ms = 0;
  /** Frames that the transcoder holds; undefined: it is gone. */
  #held: Frame[] | undefined = [];
  #stalls = false;
  #isFed = true;

  constructor(archive: Archive, broadcast: string, firstSegment: number) {
    this.archive = archive;
    this.broadcast = broadcast;
    let stretches = 0;
    const newStretchId = () => `stt_${broadcast.replace("_", "")}x${++stretches}`;
    const ids = { stream: STREAM.id, broadcast, partMs: 500, newStretchId };
    const boundaries = new SourceBoundaries(VIDEO_TIMESCALE);
    const source = archive.record(STREAM, broadcast);
    const small = archive.record(STREAM, broadcast, { rendition: "360p" });
    this.#recorders = [source, small] as const;
    this.#packager = createPackager({
      ...{ ...ids, rendition: "source", outputs: [boundaries, source] },
      ...{ segmentMs: 2000, longestSegmentMs: 12_000, nextSegment: firstSegment },
    });
    this.#follower = createFollower({ ...ids, rendition: "360p", boundaries, outputs: [small] });
    this.#begin("start");
  }

  #begin(reason: StretchReason): void {
    this.#packager.begin({ reason, tracks: [VIDEO, AUDIO], origin: T0 });
    this.#follower.begin({ reason, tracks: [SMALL, AUDIO], origin: T0 });
  }

  async take(step: Step): Promise<void> {
    if (step === "media") this.#media();
    if (step === "stall") this.#stalls = true;
    if (step === "catch up") this.#stalls = false;
    if (step === "crash" && this.#held !== undefined) {
      this.#held = undefined;
      this.#follower.lost();
    }
    if (step === "restart") this.#restart();
    if (step === "away") this.#away();
    if (step === "back") this.#back();
    if (!this.#stalls) this.#give();
    await Promise.all(this.#recorders.map((recorder) => recorder.sealed()));
  }

  #media(): void {
    this.#ms += 1000;
    if (!this.#isFed) return;
    // A group of pictures each second, so that segments are two long.
    const shape = { fromMs: this.#ms - 1000, toMs: this.#ms, keyEveryMs: 1000 };
    for (const frame of framesOf(shape)) {
      this.#packager.frame(frame);
      this.#held?.push(frame);
    }
  }

  get now(): Millis {
    return plus(T0, this.#ms);
  }

  #restart(): void {
    if (this.#held !== undefined) return;
    this.#held = [];
    if (!this.#isFed) return;
    this.#follower.begin({ reason: "restart", tracks: [SMALL, AUDIO], origin: T0 });
  }

  /** The encoder is lost; meanwhile time goes on. */
  #away(): void {
    if (!this.#isFed) return;
    this.#isFed = false;
    this.#packager.interrupt();
    this.#give();
    this.#follower.finish(true);
  }

  #back(): void {
    if (this.#isFed) return;
    this.#isFed = true;
    this.#packager.begin({ reason: "reconnect", tracks: [VIDEO, AUDIO], origin: T0 });
    if (this.#held === undefined) return;
    this.#follower.begin({ reason: "reconnect", tracks: [SMALL, AUDIO], origin: T0 });
  }

  #give(): void {
    for (const frame of this.#held?.splice(0) ?? []) this.#follower.frame(frame);
  }

  async end(): Promise<void> {
    this.#packager.end();
    await this.#recorders[0].close();
    this.#give();
    this.#follower.end();
    await this.#recorders[1].close();
  }

  async list(playlist: string): Promise<string> {
    const query = new URLSearchParams({ from: String(T0), broadcast: this.broadcast });
    const answer = await this.archive.dvrRoute(STREAM, playlist, query).catch((error: unknown) => {
      // Before the first segment is sealed.
      assert.ok(error instanceof Error && "code" in error && error.code === "range_without_media");
    });
    return answer === undefined ? "" : Buffer.concat(answer.body).toString();
  }
}

/** What playlists of one presentation say alike, entry for entry. */
function entries(playlist: string): string[] {
  const parsed = hls.parse(playlist);
  assert.ok(parsed instanceof hls.types.MediaPlaylist);
  return parsed.segments.map(({ duration, programDateTime, mediaSequenceNumber, discontinuity }) =>
    [duration, programDateTime?.toISOString(), mediaSequenceNumber, discontinuity].join(" "),
  );
}

/** The rendition's playlist agrees with the source's, and goes on from what it said before. */
async function check(on: OnAir, before: string): Promise<string> {
  const [source, small] = await Promise.all([on.list("video.m3u8"), on.list("video-360p.m3u8")]);
  assert.ok(small.startsWith(before), `${before}\n--- is not the beginning of\n${small}`);
  if (small === "") return small;
  const told = entries(small);
  assert.deepEqual(told, entries(source).slice(0, told.length));
  return small;
}

let broadcasts = 0;

test("rfc8216bis §6.2.1, §6.2.4: whatever befalls a transcoder, its playlist only grows and is the source's entry for entry", async ({
  archive,
  world,
}) => {
  const step = fc.oneof(
    { weight: 8, arbitrary: fc.constant<Step>("media") },
    { weight: 4, arbitrary: fc.constantFrom<Step>("stall", "catch up", "crash", "restart") },
    { weight: 2, arbitrary: fc.constantFrom<Step>("away", "back") },
  );
  const steps = fc.array(step, { minLength: 20, maxLength: 40 });
  let gaps = 0;
  let media = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      broadcasts += 1;
      world.time = T0;
      const on = new OnAir(archive, `brd_${broadcasts}`, broadcasts * 1000);
      let seen = "";
      for (const one of all) {
        await on.take(one);
        world.time = on.now;
        seen = await check(on, seen);
      }
      await on.end();
      seen = await check(on, seen);
      // Nothing was made, or nothing was on air at all.
      if (seen === "") return;
      const source = entries(await on.list("video.m3u8"));
      assert.equal(entries(seen).length, source.length);
      assert.match(seen, /ENDLIST\n$/);
      gaps += seen.match(/EXT-X-GAP/g)?.length ?? 0;
      media += seen.match(/^stt_/gm)?.length ?? 0;
    }),
    { numRuns: 12, examples: [[LATE_BACK]] },
  );
  assert.ok(gaps > 5 && media > 20, `${gaps} gaps, ${media} segments`);
});
