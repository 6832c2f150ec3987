import assert from "node:assert/strict";
import { test } from "node:test";
import type { Track } from "@oxbow/media";
import * as fc from "fast-check";
import * as hls from "hls-parser";
import type { StretchReason } from "../packager/index.ts";
import { audio, OnAir, video } from "./on-air.ts";

hls.setOptions({ strictMode: true });

function playlistOf(air: OnAir, kind: "video" | "audio"): hls.types.MediaPlaylist {
  const parsed = hls.parse(air.read(`${kind}.m3u8`));
  assert.ok(parsed instanceof hls.types.MediaPlaylist);
  return parsed;
}

type Step =
  | {
      readonly do: "publish";
      readonly ms: number;
      readonly gopMs: number;
      readonly tracks: readonly Track[];
    }
  | { readonly do: "lose"; readonly ms: number; readonly polls: number };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant("publish" as const),
    ms: fc.integer({ min: 1, max: 500 }).map((pictures) => pictures * 40),
    gopMs: fc.constantFrom(1000, 2000, 4000, 10_000),
    tracks: fc.constantFrom([video], [video, audio], [audio]),
  }),
  fc.record({
    do: fc.constant("lose" as const),
    ms: fc.integer({ min: 10, max: 40_000 }),
    polls: fc.integer({ min: 1, max: 30 }),
  }),
);

// A gap has no section of its own: a reader gives it that of the entry before, which may leave.
const told = (segment: hls.types.Segment | undefined): unknown[] => [
  segment?.uri,
  segment?.duration,
  segment?.programDateTime,
  segment?.discontinuitySequence,
  segment?.gap ? "gap" : segment?.map?.uri,
];

/** Watches the playlists as a client does, and holds each against the one before (§6.2.1, §6.2.2). */
class Watcher {
  readonly #air: OnAir;
  readonly #before = new Map<"video" | "audio", hls.types.MediaPlaylist>();
  lost = false;

  constructor(air: OnAir) {
    this.#air = air;
  }

  look(): void {
    const found = (["video", "audio"] as const).filter((kind) => this.#air.answer(`${kind}.m3u8`));
    const playlists = found.map((kind) => this.#check(kind));
    const [first, second] = playlists.map((playlist) =>
      playlist.segments.map(
        ({ mediaSequenceNumber, discontinuitySequence, duration, programDateTime }) => ({
          mediaSequenceNumber,
          discontinuitySequence,
          duration,
          programDateTime,
        }),
      ),
    );
    if (second !== undefined) assert.deepEqual(first, second, "both tracks agree on their numbers");
  }

  #check(kind: "video" | "audio"): hls.types.MediaPlaylist {
    const playlist = playlistOf(this.#air, kind);
    const { segments, targetDuration } = playlist;
    assert.ok(segments.every((segment) => Math.round(segment.duration) <= targetDuration));
    this.#compare(kind, playlist);
    let end = Number.NaN;
    for (const segment of segments) {
      const wall = segment.programDateTime?.getTime() ?? Number.NaN;
      assert.ok(!(Math.abs(wall - end) > 60), `a hole of ${wall - end} ms is not told`);
      end = wall + segment.duration * 1000;
      assert.equal(this.#air.answer(segment.uri) === undefined, segment.gap ?? false);
      if (!segment.gap) assert.ok(this.#air.answer(segment.map?.uri ?? ""));
    }
    if (this.lost)
      assert.ok(this.#air.clock - end < targetDuration * 1000, "the playlist is stale");
    this.#before.set(kind, playlist);
    return playlist;
  }

  #compare(kind: "video" | "audio", after: hls.types.MediaPlaylist): void {
    const before = this.#before.get(kind);
    if (before === undefined) return;
    assert.equal(after.targetDuration, before.targetDuration);
    assert.ok((after.mediaSequenceBase ?? 0) >= (before.mediaSequenceBase ?? 0));
    assert.ok((after.discontinuitySequenceBase ?? 0) >= (before.discontinuitySequenceBase ?? 0));
    const removed = (after.mediaSequenceBase ?? 0) - (before.mediaSequenceBase ?? 0);
    const stayed = before.segments.slice(removed);
    assert.deepEqual(after.segments.slice(0, stayed.length).map(told), stayed.map(told));
    if (removed === 0) return;
    const total = after.segments.reduce((sum, segment) => sum + segment.duration, 0);
    assert.ok(total >= 3 * after.targetDuration);
    const left = before.segments[removed - 1];
    // Many leave at once only while nobody looks for a long time, and then they are let go as well.
    if (left !== undefined && !left.gap && removed === 1) assert.ok(this.#air.answer(left.uri));
  }
}

test("§6.2.1, §6.2.2: every refresh only appends and removes in order, whatever encoders do", () => {
  fc.assert(
    fc.property(fc.array(anyStep, { minLength: 1, maxLength: 8 }), (steps) => {
      const air = new OnAir();
      const watcher = new Watcher(air);
      air.seen = () => watcher.look();
      let reason: StretchReason = "start";
      for (const step of steps) {
        if (step.do === "publish") {
          watcher.lost = false;
          air.publish(reason, step.ms, step.gopMs, step.tracks);
          reason = "config";
        } else {
          air.lose();
          watcher.lost = true;
          air.wait(step.ms, step.polls);
          reason = "reconnect";
        }
      }
      air.end();
    }),
    { numRuns: 40 },
  );
});
