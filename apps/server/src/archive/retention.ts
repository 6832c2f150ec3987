import { rmdir, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Fault, type NewEvent } from "@oxbow/contract";
import { type Millis, millis, plus, rfc3339 } from "@oxbow/media";
import type { World } from "../world.ts";
import type { Removal } from "./archive-door.ts";
import type { ArchiveStore, Eviction, GapRow, Retention } from "./archive-store.ts";
import { GAP_TOLERANCE_MS } from "./coverage.ts";
import { absentIfMissing, errorCode } from "./disk-fault.ts";
import type { IndexCache } from "./index-cache.ts";
import type { LiveStretches } from "./live-stretches.ts";
import { SOURCE, type StretchRow } from "./stored-stretch.ts";
import { indexPath } from "./stretch-path.ts";
import { LONGEST_FILE_MS, stretchesInRange } from "./stretches-in-range.ts";

const DAY_MS = 86_400_000;
/** Files that one transaction removes. */
const BATCH = 100;

type Rule = "days" | "bytes" | "request";
type StreamName = { readonly id: string; readonly name: string };
type FilePlace = Pick<StretchRow, "from" | "id">;

export type RetentionOptions = {
  readonly root: string;
  readonly store: ArchiveStore;
  readonly live: LiveStretches;
  readonly indexes: IndexCache;
  readonly world: World;
  /** For streams that have none of their own. */
  readonly byDefault: Retention | null;
  readonly onEvicted: () => void;
};

/** What is to be done with a file, the oldest first; `stop`: with it and all that begin after it. */
type Verdict = "evict" | "keep" | "stop";

/**
 * Removes whole files, of all renditions: by age, by bytes, by request. Pinned ones and those being
 * written stay.
 */
export class Keeper {
  readonly #options: RetentionOptions;

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  /**
   * One pass over all streams; of a deleted one nothing stays but what is pinned. A stream that fails
   * does not keep the others.
   */
  async retain(now: Millis): Promise<void> {
    const { store, byDefault, world } = this.#options;
    await this.unlinkDoomed();
    await store.removeExpiredPins(now);
    for (const { id, name, retention, isDeleted } of await store.archivedStreams()) {
      const limits = retention ?? byDefault;
      try {
        if (isDeleted) await this.#evictOldest({ id, name }, "request", now, () => "evict");
        else if (limits !== null) await this.#retainStream({ id, name }, limits, now);
      } catch (error) {
        world.log.error({ err: error, stream: id }, "retention failed");
      }
    }
  }

  /** Removes the files that lie wholly in `[from, to)`. Throws Fault `range_pinned`. */
  async remove(stream: StreamName, from: Millis, to: Millis): Promise<Removal> {
    const { store, live, world } = this.#options;
    const removal = { bytes: 0, stretches: 0 };
    for (let after: FilePlace | undefined = { from, id: "" }; after !== undefined; ) {
      const rows: StretchRow[] = await store.oldestStretches(stream.id, BATCH, after);
      const inside = rows.filter((row) => row.from < to);
      const whole = inside.filter((row) => row.to <= to + slackOf(row));
      const evicted = await store.evict(stream.id, whole, world.now(), (unpinned, gaps) => {
        if (unpinned.length < whole.length) throw pinned(stream, whole, unpinned);
        return this.#described(stream, unpinned, gaps, "request");
      });
      removal.stretches += evicted.length;
      removal.bytes += evicted.reduce((sum, { bytes }) => sum + bytes, 0);
      after = inside.length < BATCH ? undefined : inside.at(-1);
    }
    await this.unlinkDoomed();
    const all = { stream: stream.id, rendition: null, from, to };
    const left = await stretchesInRange(store, live, all);
    return { ...removal, kept: left.length };
  }

  /** Unlinks the files whose rows are gone, also those of an earlier run that did not come to it. */
  async unlinkDoomed(): Promise<void> {
    const { root, store, indexes, world, onEvicted } = this.#options;
    const gone: string[] = [];
    const doomed = await store.doomed();
    if (doomed.length > 0) onEvicted();
    for (const { id, path } of doomed) {
      indexes.forget(id);
      try {
        await unlink(join(root, indexPath(path))).catch(absentIfMissing);
        await unlink(join(root, path)).catch(absentIfMissing);
        await rmdir(dirname(join(root, path))).catch(stillInUse);
        gone.push(id);
      } catch (error) {
        world.log.error({ err: error, stretch: id }, "archive file not removed");
      }
    }
    await store.forgetDoomed(gone);
  }

  async #retainStream(stream: StreamName, limits: Retention, now: Millis): Promise<void> {
    const { days, bytes } = limits;
    if (days !== undefined) {
      const before = plus(now, -days * DAY_MS);
      await this.#evictOldest(stream, "days", now, olderThan(before));
    }
    if (bytes === undefined) return;
    const over = (await this.#options.store.bytes(stream.id)) - bytes;
    await this.#evictOldest(stream, "bytes", now, untilGiven(over));
  }

  /** Evicts from the oldest file on as `verdict` says; pinned ones are passed over. */
  async #evictOldest(
    stream: StreamName,
    rule: Rule,
    now: Millis,
    verdict: (row: StretchRow) => Verdict,
  ): Promise<void> {
    const { store } = this.#options;
    const pins = (await store.pins(stream.id)).filter(
      ({ expiresAt }) => expiresAt === null || expiresAt > now,
    );
    const isPinned = (row: StretchRow) =>
      pins.some((pin) => pin.from < row.to && pin.to > row.from);
    for (let after: FilePlace | undefined, more = true; more; ) {
      const rows: StretchRow[] = await store.oldestStretches(stream.id, BATCH, after);
      const candidates: StretchRow[] = [];
      for (const row of rows.toSorted(sourceFirst)) {
        if (isPinned(row)) continue;
        const found = verdict(row);
        more = found !== "stop";
        if (!more) break;
        if (found === "evict") candidates.push(row);
      }
      if (candidates.length > 0) {
        await store.evict(stream.id, candidates, now, (evicted, gaps) =>
          this.#described(stream, evicted, gaps, rule),
        );
        await this.unlinkDoomed();
      }
      after = rows.at(-1);
      more &&= rows.length === BATCH;
    }
  }

  #described(
    stream: StreamName,
    evicted: readonly StretchRow[],
    gaps: readonly GapRow[],
    rule: Rule,
  ): Eviction {
    const sources = evicted.filter(({ rendition }) => rendition === SOURCE);
    return {
      ...this.#gapChanges(stream, evictedRuns(sources), gaps),
      events: evictedRuns(evicted).map((run) => evictedEvent(stream, run, rule)),
    };
  }

  /** Gaps for what was removed, joined with those of earlier removals that they touch. */
  #gapChanges(
    stream: StreamName,
    runs: readonly EvictedRun[],
    gaps: readonly GapRow[],
  ): Pick<Eviction, "addGaps" | "removeGaps"> {
    const { world } = this.#options;
    const removeGaps = new Set<string>();
    const addGaps = runs.map(({ from, to, broadcast }): GapRow => {
      const id = world.id("gap");
      const joined = { id, stream: stream.id, broadcast, from, to, reason: "evicted" as const };
      for (const gap of gaps) {
        const near = gap.from <= to + GAP_TOLERANCE_MS && gap.to >= from - GAP_TOLERANCE_MS;
        if (gap.reason !== "evicted" || gap.broadcast !== broadcast || !near) continue;
        if (removeGaps.has(gap.id)) continue;
        removeGaps.add(gap.id);
        joined.from = millis(Math.min(joined.from, gap.from));
        joined.to = millis(Math.max(joined.to, gap.to));
      }
      return joined;
    });
    return { addGaps, removeGaps: [...removeGaps] };
  }
}

type EvictedRun = {
  readonly broadcast: string;
  readonly from: Millis;
  to: Millis;
  bytes: number;
};

/** Files in order of their beginning; of those that begin together, the source's first. */
function sourceFirst(a: StretchRow, b: StretchRow): number {
  return a.from - b.from || Number(b.rendition === SOURCE) - Number(a.rendition === SOURCE);
}

/** The last picture of a lower rate lasts a little longer than the source's. */
function slackOf({ rendition }: StretchRow): number {
  return rendition === SOURCE ? 0 : GAP_TOLERANCE_MS;
}

/** Says that files go whose media ends before a time, and with them what was made of them. */
function olderThan(before: Millis): (row: StretchRow) => Verdict {
  let gone = Number.NEGATIVE_INFINITY;
  // Of what was made of a file that the disk did not take.
  const alone = before - LONGEST_FILE_MS;
  return ({ rendition, to }) => {
    if (rendition !== SOURCE) return to <= Math.max(alone, gone) ? "evict" : "keep";
    if (to > before) return "stop";
    gone = to + GAP_TOLERANCE_MS;
    return "evict";
  };
}

/** Says that files go until so many bytes are given, and with them what was made of the same time. */
function untilGiven(bytes: number): (row: StretchRow) => Verdict {
  let left = bytes;
  let gone = Number.NEGATIVE_INFINITY;
  return (row) => {
    if (left > 0) {
      left -= row.bytes;
      gone = Math.max(gone, row.to + GAP_TOLERANCE_MS);
      return "evict";
    }
    if (row.from >= gone) return "stop";
    return row.to <= gone ? "evict" : "keep";
  };
}

/** What was removed of broadcasts, told by their source; what was made of it adds its bytes. */
function evictedRuns(evicted: readonly StretchRow[]): EvictedRun[] {
  const runs = runsOf(evicted.filter(({ rendition }) => rendition === SOURCE));
  const alone: StretchRow[] = [];
  for (const row of evicted) {
    if (row.rendition === SOURCE) continue;
    const { broadcast, from, to, bytes } = row;
    const run = runs.find((one) => one.broadcast === broadcast && one.from < to && one.to > from);
    if (run === undefined) alone.push(row);
    else run.bytes += bytes;
  }
  return [...runs, ...runsOf(alone)];
}

/** Files that follow each other without a gap, as one. */
function runsOf(rows: readonly StretchRow[]): EvictedRun[] {
  const runs: EvictedRun[] = [];
  for (const { broadcast, from, to, bytes } of rows) {
    const last = runs.at(-1);
    if (last?.broadcast === broadcast && from - last.to < GAP_TOLERANCE_MS) {
      last.to = millis(Math.max(last.to, to));
      last.bytes += bytes;
    } else {
      runs.push({ broadcast, from, to, bytes });
    }
  }
  return runs;
}

function evictedEvent(stream: StreamName, run: EvictedRun, rule: Rule): NewEvent {
  const { broadcast, from, to, bytes } = run;
  const data = { from: rfc3339(from), to: rfc3339(to), bytes, rule };
  return { type: "archive_evicted", stream, broadcast, data };
}

function pinned(
  stream: StreamName,
  wanted: readonly StretchRow[],
  unpinned: readonly StretchRow[],
): Fault {
  const held = wanted.find((row) => !unpinned.includes(row));
  const from = held === undefined ? "" : rfc3339(held.from);
  const message = `Cannot remove the archive of "${stream.name}" from "${from}": a pin holds it`;
  return new Fault("range_pinned", message);
}

/** A day's folder goes with its last file, and not before. */
function stillInUse(error: unknown): void {
  if (!["ENOTEMPTY", "EEXIST", "ENOENT"].includes(errorCode(error))) throw error;
}
