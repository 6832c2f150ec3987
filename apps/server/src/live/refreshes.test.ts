import assert from "node:assert/strict";
import { test } from "node:test";
import type { Track } from "@oxbow/media";
import * as fc from "fast-check";
import type { StretchReason } from "../packager/index.ts";
import type { LiveAnswer } from "./live-answer.ts";
import { audio, OnAir, video } from "./on-air.ts";
import { type ReadPlaylist, readPlaylist } from "./read-playlist.ts";
import { endOf, Refreshes } from "./refreshes.ts";

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

const anyLatency = fc.constantFrom({}, { partMs: 214 });

/** Looks at every playlist as a client does. */
class Watcher {
  readonly #air: OnAir;
  readonly #refreshes = {
    "video.m3u8": new Refreshes(true),
    "audio.m3u8": new Refreshes(true),
    "video.m3u8?dvr=1": new Refreshes(false),
    "audio.m3u8?dvr=1": new Refreshes(false),
  };
  readonly #seen = new Map<string, LiveAnswer>();
  lost = false;

  constructor(air: OnAir) {
    this.#air = air;
  }

  look(): void {
    for (const [path, refreshes] of Object.entries(this.#refreshes)) {
      const answer = this.#air.answer(path);
      if (answer === undefined) {
        assert.equal(refreshes.last, undefined, "a playlist that was there is gone");
        continue;
      }
      // What was read already is the same object.
      if (this.#seen.get(path) === answer) continue;
      this.#seen.set(path, answer);
      const text = Buffer.concat(answer.body).toString();
      const playlist = readPlaylist(text);
      refreshes.look(playlist);
      this.#checkMedia(playlist);
    }
    if (this.lost) this.#checkInTime();
    const [pictures, sound] = [this.#refreshes["video.m3u8"], this.#refreshes["audio.m3u8"]];
    if (pictures.last && sound.last)
      assert.deepEqual(numbersOf(pictures.last), numbersOf(sound.last));
  }

  #checkInTime(): void {
    for (const { last } of Object.values(this.#refreshes)) {
      if (last === undefined) continue;
      const behind = this.#air.clock - endOf(last);
      assert.ok(behind <= 1000 * (last.partTarget ?? last.target), "it is stale");
    }
  }

  #checkMedia({ entries }: ReadPlaylist): void {
    for (const { uri, gap, map } of entries.slice(-3)) {
      if (uri === undefined) continue;
      assert.equal(this.#air.window.route(uri) === undefined, gap);
      if (!gap) assert.ok(this.#air.window.route(map ?? ""));
    }
  }
}

/** What both tracks agree on. */
const numbersOf = ({ entries }: ReadPlaylist): unknown[] =>
  entries
    .filter(({ uri }) => uri !== undefined)
    .map(({ sequence, discontinuitySequence, seconds, wall }) => [
      sequence,
      discontinuitySequence,
      seconds,
      wall,
    ]);

test("§6.2.1, §6.2.2: every refresh only appends and removes in order, whatever encoders do", () => {
  fc.assert(
    fc.property(fc.array(anyStep, { minLength: 1, maxLength: 8 }), anyLatency, (steps, latency) => {
      const air = new OnAir({ ...latency, older: () => Promise.resolve(undefined) });
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
    { numRuns: 25 },
  );
});
