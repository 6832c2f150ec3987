import assert from "node:assert/strict";
import { test } from "node:test";
import type { Track } from "@oxbow/media";
import type { OlderMedia } from "./media-route.ts";
import { audio, OnAir, video } from "./on-air.ts";
import { edgeOf, Monitor } from "./playlist-monitor.ts";
import type { ReadPlaylist } from "./read-playlist.ts";
import { endOf } from "./refreshes.ts";

/** A refresh of every playlist comes as often as parts do. */
const POLL_MS = 200;

type Step =
  | {
      publish: "start" | "reconnect" | "config";
      ms: number;
      gopMs: number;
      tracks: readonly Track[];
    }
  | { lose: number };

/** Ten minutes: reconnects after short and long times, codecs that change, a track that goes and comes. */
const LIFE: readonly Step[] = [
  { publish: "start", ms: 95_000, gopMs: 2000, tracks: [video, audio] },
  { lose: 1400 },
  { publish: "reconnect", ms: 61_120, gopMs: 1000, tracks: [video, audio] },
  { publish: "config", ms: 40_200, gopMs: 2000, tracks: [video] },
  { publish: "config", ms: 30_640, gopMs: 4000, tracks: [video, audio] },
  { lose: 29_300 },
  { publish: "reconnect", ms: 120_080, gopMs: 2000, tracks: [video, audio] },
  { lose: 300 },
  { publish: "reconnect", ms: 1240, gopMs: 2000, tracks: [video, audio] },
  { lose: 9_050 },
  { publish: "reconnect", ms: 211_000, gopMs: 2400, tracks: [video, audio] },
];

async function live(
  latency: { partMs?: number },
  recorded: boolean,
  life: readonly Step[] = LIFE,
): Promise<Monitor[]> {
  const older: OlderMedia = ({ stretch, track, ...place }) => {
    const number = place.what === "init" ? -1 : place.number;
    const bytes = air.sealed.get(`${stretch}/${track}/${number}`);
    return Promise.resolve(bytes && { body: [bytes] });
  };
  const air: OnAir = new OnAir({ rewindSeconds: 300, ...latency, ...(recorded && { older }) });
  const monitors = (["video", "audio"] as const).map((kind) => new Monitor(air, `${kind}.m3u8`));
  const poll = async (): Promise<void> => {
    air.window.tick(air.clock);
    for (const monitor of monitors) await monitor.poll();
    checkTogether(monitors);
  };
  for (const step of life) {
    if ("publish" in step) air.begin(step.publish, step.gopMs, step.tracks);
    else air.lose();
    const lasts = "publish" in step ? step.ms : step.lose;
    for (let left = lasts; left > 0; left -= POLL_MS) {
      const ms = Math.min(left, POLL_MS);
      if ("publish" in step) air.feed(ms);
      else air.wait(ms);
      await poll();
      if ("lose" in step) checkGap(monitors, air.clock);
    }
  }
  air.end();
  await poll();
  await poll();
  assert.equal(air.window.waiting, 0);
  return monitors;
}

/** §6.2.1: while media is missing, parts and segments that stand for it come in time. */
function checkGap(monitors: readonly Monitor[], clock: number): void {
  for (const { last } of monitors) {
    if (last === undefined) continue;
    const limit = last.partTarget ?? 1.5 * last.target;
    assert.ok(clock - endOf(last) <= limit * 1000 + 1, `${clock - endOf(last)} ms behind`);
  }
}

/** §6.2.4, §4.4.5.4: renditions agree on their entries, and know how far the other one is. */
function checkTogether(monitors: readonly Monitor[]): void {
  const [one, other] = monitors.map(({ last }) => last);
  if (one === undefined || other === undefined) return;
  const common = ({ entries }: ReadPlaylist): unknown[] =>
    entries
      .filter(({ uri }) => uri !== undefined)
      .map(({ sequence, discontinuitySequence, seconds, wall }) => [
        sequence,
        discontinuitySequence,
        seconds,
        wall,
      ]);
  assert.deepEqual(common(one), common(other));
  for (const [mine, theirs] of [
    [one, other],
    [other, one],
  ] as const) {
    if (mine.ended) assert.deepEqual(mine.reports, []);
    else
      assert.deepEqual(
        mine.reports.map(({ sequence, part }) => ({ sequence, part })),
        [edgeOf(theirs)],
      );
  }
}

test("§6.2.1, §6.2.2, §6.2.5: ten minutes of low latency, polled in every way at every part", async () => {
  const monitors = await live({ partMs: 214 }, true);
  for (const { last, blockedAnswers } of monitors) {
    assert.ok(last?.ended);
    assert.ok(blockedAnswers > 2000);
  }
});

test("§6.2.1, §6.2.2, §6.2.5: ten minutes of ordinary latency, polled in every way", async () => {
  const monitors = await live({}, true);
  for (const { blockedAnswers } of monitors) assert.ok(blockedAnswers > 200);
});

test("§6.2.2: what is not recorded leaves the list, and its media after three targets more", async () => {
  const monitors = await live({ partMs: 214 }, false, LIFE.slice(0, 4));
  assert.ok(monitors.every(({ last }) => last?.ended));
});
