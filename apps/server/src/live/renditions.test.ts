import assert from "node:assert/strict";
import { test } from "node:test";
import type { Track } from "@oxbow/media";
import type { OlderMedia } from "./media-route.ts";
import { audio, OnAir, video } from "./on-air.ts";
import { edgeOf, Monitor } from "./playlist-monitor.ts";
import type { ReadEntry, ReadPlaylist } from "./read-playlist.ts";
import type { MadeRendition } from "./rendition-on-air.ts";

const POLL_MS = 200;
const HIGH: MadeRendition = {
  name: "720p",
  bitrate: 3_000_000,
  recorded: true,
  nth: 1,
  lagMs: 240,
};
const LOW: MadeRendition = { name: "360p", bitrate: 700_000, recorded: true, nth: 2, lagMs: 320 };

/** A broadcast with an archive of its own, and who watches all of its playlists. */
class Watched {
  readonly air: OnAir;
  readonly monitors: readonly Monitor[];

  constructor(latency: { partMs?: number }, ladder: readonly MadeRendition[]) {
    const older: OlderMedia = ({ stretch, track, ...place }) => {
      const number = place.what === "init" ? -1 : place.number;
      const bytes = this.air.sealed.get(`${stretch}/${track}/${number}`);
      return Promise.resolve(bytes && { body: [bytes] });
    };
    this.air = new OnAir({ rewindSeconds: 300, older, ...latency }, ladder);
    const names = ["video", "audio", ...ladder.map(({ name }) => `video-${name}`)];
    this.monitors = names.map((name) => new Monitor(this.air, `${name}.m3u8`));
  }

  async poll(): Promise<void> {
    this.air.window.tick(this.air.clock);
    for (const monitor of this.monitors) await monitor.poll();
    checkTogether(this.monitors);
  }

  /** So much of the stretch that was begun, or of a time without an encoder. */
  async pass(ms: number, how: "feed" | "wait"): Promise<void> {
    for (let left = ms; left > 0; left -= POLL_MS) {
      this.air[how](Math.min(left, POLL_MS));
      await this.poll();
    }
  }

  list(name: string): ReadPlaylist {
    const found = this.monitors.find(({ playlist }) => playlist === `${name}.m3u8`);
    return found?.last ?? assert.fail(`${name} has no list`);
  }

  /** Media sequence numbers of the entries that a list has no media for. */
  gaps(name: string): number[] {
    return this.list(name).entries.flatMap(({ gap, sequence }) => (gap ? sequence : []));
  }
}

const common = ({ sequence, discontinuitySequence, seconds, wall }: ReadEntry): unknown => [
  sequence,
  discontinuitySequence,
  seconds,
  wall,
];

/** §6.2.4, §4.4.5.4: all lists are the source's, as far as they are, and know how far the others are. */
function checkTogether(monitors: readonly Monitor[]): void {
  const lists = monitors.flatMap(({ playlist, last }) => (last ? { playlist, last } : []));
  const [source] = lists;
  if (source === undefined) return;
  const whole = ({ entries }: ReadPlaylist): ReadEntry[] =>
    entries.filter(({ uri }) => uri !== undefined);
  for (const { playlist, last } of lists) {
    const own = whole(last);
    const all = whole(source.last);
    assert.equal(last.target, source.last.target);
    assert.equal(last.mediaSequence, source.last.mediaSequence);
    assert.equal(last.discontinuitySequence, source.last.discontinuitySequence);
    assert.deepEqual(own.map(common), all.slice(0, own.length).map(common), playlist);
    assert.equal(last.ended, source.last.ended && own.length === all.length);
    const others = lists.filter((other) => other.playlist !== playlist);
    const edges = others.map((other) => ({ uri: other.playlist, ...edgeOf(other.last) }));
    assert.deepEqual(last.reports, last.ended ? [] : edges);
  }
}

/** Random numbers that are the same in every run. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

/** A life of some minutes: reconnects, changes of tracks, renditions that trail, stop and come back. */
async function live(latency: { partMs?: number }, seed: number): Promise<void> {
  const roll = dice(seed);
  const watched = new Watched(latency, [HIGH, LOW]);
  const { air } = watched;
  const gops = [1000, 2000, 2400, 3000];
  const both: readonly Track[] = [video, audio];
  air.begin("start", 2000, both);
  for (let spell = 0; spell < 14; spell += 1) {
    await watched.pass(2000 + 40 * roll(400), "feed");
    const rendition = air.renditions[roll(2)] ?? assert.fail();
    const event = roll(7);
    if (event === 0) rendition.lose();
    else if (event <= 2) for (const one of air.renditions) one.back();
    else if (event === 3) rendition.lagMs = [40, 300, 1200, 4100][roll(4)] ?? 0;
    else if (event === 4) air.begin("config", gops[roll(4)] ?? 0, roll(3) === 0 ? [video] : both);
    else if (event === 5) {
      air.lose();
      await watched.pass(200 + 40 * roll(250), "wait");
      air.begin("reconnect", gops[roll(4)] ?? 0, both);
    }
  }
  air.end();
  await watched.pass(2400, "wait");
  assert.equal(air.window.waiting, 0);
  assert.ok(watched.monitors.every(({ last }) => last?.ended));
}

test("§6.2.1, §6.2.4, §B.1: renditions that trail, stop and return say what the source says, in parts", async () => {
  for (const seed of [1, 14]) await live({ partMs: 214 }, seed);
});

test("§6.2.1, §6.2.4: so they do in whole segments", async () => {
  for (const seed of [4, 5]) await live({}, seed);
});
