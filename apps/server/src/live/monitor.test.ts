import assert from "node:assert/strict";
import { test } from "node:test";
import type { Track } from "@oxbow/media";
import type { LiveAnswer } from "./live-answer.ts";
import type { OlderMedia } from "./media-route.ts";
import { audio, OnAir, video } from "./on-air.ts";
import { type ReadEntry, type ReadPlaylist, readPlaylist } from "./read-playlist.ts";
import { endOf, forEver, known, Refreshes } from "./refreshes.ts";

/** A refresh of every playlist comes as often as parts do. */
const POLL_MS = 200;
/** The list of the whole broadcast is long: it is read, and read as a whole, so many refreshes apart. */
const REWIND_EVERY = 5;
const WHOLE_EVERY = 50;

const textOf = (answer: LiveAnswer): string => Buffer.concat(answer.body).toString();

/** Media sequence number and part of a playlist's end. */
function edgeOf({ entries }: ReadPlaylist): { sequence: number; part: number | undefined } {
  const last = entries.at(-1) ?? assert.fail();
  return {
    sequence: last.sequence,
    part: last.parts.length > 0 ? last.parts.length - 1 : undefined,
  };
}

/** Polls every playlist of one track in every way that a client may. */
class Monitor {
  readonly #air: OnAir;
  readonly #kind: "video" | "audio";
  readonly #window = new Refreshes(true);
  readonly #rewind = new Refreshes(false);
  #blocked: { answer: Promise<LiveAnswer | undefined>; sequence: number; part: number } | undefined;
  #polls = 0;
  blockedAnswers = 0;

  constructor(air: OnAir, kind: "video" | "audio") {
    this.#air = air;
    this.#kind = kind;
  }

  get last(): ReadPlaylist | undefined {
    return this.#window.last;
  }

  async poll(): Promise<void> {
    const name = `${this.#kind}.m3u8`;
    const plain = this.#air.answer(name);
    if (plain === undefined) {
      assert.equal(this.#window.last, undefined, "a playlist that was there is gone");
      return;
    }
    this.#polls += 1;
    const before = this.#window.last;
    const full = readPlaylist(textOf(plain));
    this.#window.look(full);
    // What a reader merges from a delta update is the whole, parts of what it had aside.
    if (before !== undefined) {
      const delta = readPlaylist(this.#air.read(`${name}?_HLS_skip=YES`), before);
      assert.deepEqual(delta.entries.map(known), full.entries.map(known));
    }
    if (full.ended || this.#polls % REWIND_EVERY === 0) this.#pollRewind(name, full);
    this.#pollMedia(full);
    await this.#pollBlocked(name, full);
  }

  #pollRewind(name: string, full: ReadPlaylist): void {
    const before = this.#rewind.last;
    const whole = before === undefined || full.ended || this.#polls % WHOLE_EVERY === 0;
    const delta = before && readPlaylist(this.#air.read(`${name}?dvr=1&_HLS_skip=YES`), before);
    const read = whole ? readPlaylist(this.#air.read(`${name}?dvr=1`)) : (delta ?? assert.fail());
    if (delta !== undefined) {
      assert.deepEqual(delta.entries.map(forEver), read.entries.map(forEver));
    }
    this.#rewind.look(read);
    const from = full.mediaSequence - read.mediaSequence;
    const same = (entries: ReadEntry[]): unknown[] => entries.map(forEver);
    assert.deepEqual(same(read.entries.slice(from)), same(full.entries), "one list, seen whole");
  }

  /** What is listed can be loaded; what is a gap, and what is not hinted at, can't. */
  #pollMedia({ entries }: ReadPlaylist): void {
    const at = (path: string): boolean => {
      const answer = this.#air.window.route(path);
      return answer !== undefined;
    };
    for (const entry of [entries[0], ...entries.slice(-4)]) {
      if (entry === undefined) continue;
      if (entry.uri !== undefined) assert.equal(at(entry.uri), !entry.gap, entry.uri);
      if (!entry.gap && entry.map !== undefined) assert.ok(at(entry.map));
      for (const part of entry.parts) assert.equal(at(part.uri), !part.gap, part.uri);
    }
  }

  async #pollBlocked(name: string, full: ReadPlaylist): Promise<void> {
    const blocked = this.#blocked;
    const edge = edgeOf(full);
    const isPast = (sequence: number, part: number): boolean =>
      full.ended ||
      edge.sequence > sequence ||
      (edge.sequence === sequence &&
        (full.entries.at(-1)?.uri !== undefined || (edge.part ?? -1) >= part));
    if (blocked !== undefined) {
      if (!isPast(blocked.sequence, blocked.part)) return;
      const answer = await blocked.answer;
      assert.ok(answer, "the answer that was waited for");
      const read = readPlaylist(textOf(answer));
      const last = edgeOf(read);
      assert.ok(read.ended || last.sequence >= blocked.sequence);
      this.blockedAnswers += 1;
      this.#blocked = undefined;
    }
    if (full.ended) return;
    const open = full.entries.at(-1)?.uri === undefined;
    const sequence = open ? edge.sequence : edge.sequence + 1;
    const part = open ? (edge.part ?? -1) + 1 : 0;
    const query = full.partTarget === undefined ? "" : `&_HLS_part=${part}`;
    const answer = this.#air.held(`${name}?_HLS_msn=${sequence}${query}`);
    this.#blocked = { answer, sequence, part };
  }
}

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
  const monitors = (["video", "audio"] as const).map((kind) => new Monitor(air, kind));
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
