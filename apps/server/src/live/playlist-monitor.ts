import assert from "node:assert/strict";
import type { LiveAnswer } from "./live-answer.ts";
import type { OnAir } from "./on-air.ts";
import { type ReadPlaylist, readPlaylist } from "./read-playlist.ts";
import { forEver, known, Refreshes } from "./refreshes.ts";

/** The list of the whole broadcast is long: it is read, and read as a whole, so many refreshes apart. */
const REWIND_EVERY = 5;
const WHOLE_EVERY = 50;

const textOf = (answer: LiveAnswer): string => Buffer.concat(answer.body).toString();

/** Media sequence number and part of a playlist's end. */
export function edgeOf({ entries }: ReadPlaylist): { sequence: number; part: number | undefined } {
  const last = entries.at(-1) ?? assert.fail();
  return {
    sequence: last.sequence,
    part: last.parts.length > 0 ? last.parts.length - 1 : undefined,
  };
}

/** Polls one playlist in every way that a client may. */
export class Monitor {
  readonly playlist: string;
  readonly #air: OnAir;
  readonly #window = new Refreshes(true);
  readonly #rewind = new Refreshes(false);
  #blocked: { answer: Promise<LiveAnswer | undefined>; sequence: number; part: number } | undefined;
  #polls = 0;
  blockedAnswers = 0;

  constructor(air: OnAir, playlist: string) {
    this.#air = air;
    this.playlist = playlist;
  }

  get last(): ReadPlaylist | undefined {
    return this.#window.last;
  }

  async poll(): Promise<void> {
    const name = this.playlist;
    const plain = this.#air.ready(name);
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
    const [seen, live] = [read.entries.slice(from), full.entries];
    assert.deepEqual(seen.map(forEver), live.map(forEver), "one list, seen whole");
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
    // A part after the last of a whole segment is the first of the next (§6.2.5.2).
    const isPast = (sequence: number, part: number): boolean =>
      full.ended ||
      edge.sequence > sequence ||
      (edge.sequence === sequence && (full.partTarget === undefined || (edge.part ?? -1) >= part));
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
