import assert from "node:assert/strict";
import type { ReadEntry, ReadPlaylist } from "./read-playlist.ts";

/** An entry as it is: a gap takes its section from whatever stands before it. */
export const known = ({ map, ...entry }: ReadEntry): ReadEntry => {
  const isGap = entry.gap || entry.parts.some(({ gap }) => gap);
  return { ...entry, map: isGap ? undefined : map };
};

/** What stays of an entry for ever. */
export const forEver = (entry: ReadEntry): unknown => ({ ...known(entry), parts: [] });

/** Holds each refresh of one playlist against the one before (rfc8216bis §6.2.1, §6.2.2). */
export class Refreshes {
  readonly #slides: boolean;
  last: ReadPlaylist | undefined;

  constructor(slides: boolean) {
    this.#slides = slides;
  }

  look(after: ReadPlaylist): void {
    this.#checkAlone(after);
    const before = this.last;
    this.last = after;
    if (before === undefined) return;
    assert.deepEqual([after.target, after.partTarget], [before.target, before.partTarget]);
    assert.ok(after.mediaSequence >= before.mediaSequence);
    assert.ok(after.discontinuitySequence >= before.discontinuitySequence);
    if (before.ended) assert.deepEqual(after.entries, before.entries);
    const removed = after.mediaSequence - before.mediaSequence;
    before.entries.slice(removed).forEach((was, at) => {
      this.#checkKept(was, after.entries[at], after);
    });
    if (removed === 0) return;
    assert.ok(this.#slides || removed % 64 === 0 || removed < 64, "older ones leave by blocks");
    const left = after.entries.reduce((sum, { seconds }) => sum + (seconds || 0), 0);
    assert.ok(left >= 3 * after.target, "three targets stay");
  }

  #checkKept(was: ReadEntry, is: ReadEntry | undefined, after: ReadPlaylist): void {
    assert.ok(is, `entry ${was.sequence} is gone`);
    if (was.uri !== undefined) assert.deepEqual(forEver(is), forEver(was));
    else
      assert.deepEqual([is.wall, is.discontinuitySequence], [was.wall, was.discontinuitySequence]);
    if (is.parts.length === 0 && was.parts.length > 0) {
      assert.ok(
        after.ended || endOf(after) - is.wall >= 2990 * after.target,
        "parts are listed for three targets",
      );
    } else assert.deepEqual(is.parts.slice(0, was.parts.length), was.parts);
  }

  #checkAlone({ entries, target, partTarget, ended, hints }: ReadPlaylist): void {
    let end = Number.NaN;
    for (const { seconds, wall, uri, parts } of entries) {
      if (uri !== undefined) assert.ok(Math.round(seconds) <= target);
      assert.ok(!(Math.abs(wall - end) > 60), `a hole of ${wall - end} ms is not told`);
      end = wall + seconds * 1000;
      parts.forEach((part, at) => {
        assert.ok(part.seconds <= (partTarget ?? 0) + 1e-6);
        const isLast = at === parts.length - 1;
        assert.ok(isLast || part.gap || part.seconds >= 0.85 * (partTarget ?? 0) - 1e-6);
      });
    }
    const wanted = ended || partTarget === undefined ? 0 : 1;
    assert.equal(hints.filter(({ type }) => type === "PART").length, wanted);
    if (ended) assert.equal(entries.at(-1)?.uri === undefined, false);
  }
}

export const endOf = ({ entries }: ReadPlaylist): number => {
  const last = entries.at(-1);
  if (last === undefined) return 0;
  const open = last.parts.reduce((sum, { seconds }) => sum + seconds, 0);
  return last.wall + 1000 * (last.uri === undefined ? open : last.seconds);
};
