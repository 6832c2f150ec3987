import { Fault } from "@oxbow/contract";
import { type Millis, plus } from "@oxbow/media";
import { targetDuration } from "../../packager/index.ts";
import type { World } from "../../world.ts";
import { type CoveredSpan, coverSpans } from "../coverage.ts";
import type { GapEntry } from "../playlist-place.ts";
import { type ResolverOptions, storedStretch } from "../range-resolver.ts";
import { renditionsOf } from "../recorded-renditions.ts";
import { type RenditionFiles, renditionFiles } from "../rendition-files.ts";
import type { SegmentTables } from "../segment-tables.ts";
import { SOURCE, type StretchRow } from "../stored-stretch.ts";
import { stretchesInRange } from "../stretches-in-range.ts";
import { type DvrMarkers, type DvrMarks, NO_MARKS } from "./dvr-markers.ts";
import type { DvrQuery } from "./dvr-query.ts";
import { newestNumber, renditionListing, settledNumber } from "./dvr-rendition.ts";
import type { Listed } from "./listed.ts";
import { gapsSoFar, type ListedRun, nextGapDue, nextRun, sequenceAfter } from "./playlist-runs.ts";

export type ListingOptions = ResolverOptions & {
  /** Wanted length of segments, as the packager has it. */
  readonly segmentMs: number;
  /** The longest range that a playlist may have. */
  readonly playlistMs: number;
  /** An answer is held for at most so many target durations. */
  readonly heldTargets: number;
  readonly markers: DvrMarkers | undefined;
  readonly world: World;
};

/** A rendition's playlist as it was told last, and up to which number of the source. */
type RenditionNow = {
  readonly version: string;
  readonly told: number;
  readonly listed: Listed | undefined;
  readonly files: RenditionFiles;
};

/**
 * One range, as its playlists were handed out so far: what they said stays said. Files are asked of the
 * database only when a file began, ended or went; a new segment costs as much as the range has files.
 */
export class DvrListing {
  readonly #options: ListingOptions;
  readonly #tables: SegmentTables;
  readonly #stream: string;
  readonly query: DvrQuery;
  #rows: readonly StretchRow[] = [];
  #others: readonly StretchRow[] = [];
  #rowsVersion = "";
  #listed: Listed | undefined;
  #version = "";
  readonly #renditions = new Map<string, RenditionNow>();
  #turn: { readonly version: string; readonly listed: Promise<Listed> } | undefined;

  constructor(options: ListingOptions, tables: SegmentTables, stream: string, query: DvrQuery) {
    this.#options = options;
    this.#tables = tables;
    this.#stream = stream;
    this.query = query;
  }

  /** As it is by now. Throws Fault `range_without_media`, `range_evicted`. */
  async now(): Promise<Listed> {
    for (;;) {
      const version = this.#versionNow();
      if (this.#listed !== undefined && this.#version === version) return this.#listed;
      const turn = this.#turn;
      if (turn === undefined) return await this.#look(version);
      // One looks for all who want to know the same.
      const listed = await turn.listed;
      if (turn.version === version) return listed;
    }
  }

  /** The same of a rendition; undefined where nothing was made of the range. */
  async of(rendition: string): Promise<Listed | undefined> {
    const listed = await this.now();
    if (rendition === SOURCE) return listed;
    const version = this.#renditionVersion(listed, rendition);
    const known = this.#renditions.get(rendition);
    if (known?.version === version) return known.listed;
    const found = await this.#renditionFiles(listed, rendition);
    // Another may have looked meanwhile.
    const before = this.#renditions.get(rendition);
    // Of a playlist that runs nothing is taken back, also where retention has taken the last file.
    const files = found ?? before?.files;
    if (files === undefined) return undefined;
    const { live } = this.#options;
    const newest = newestNumber(listed);
    const settled = settledNumber(listed, files, { live, told: before?.told ?? -1 });
    // A list that does not grow says all at once, and stays as it is.
    const told = listed.kind === "vod" ? newest : settled;
    const revision = (before?.listed?.revision ?? 0) + 1;
    const isEarly = listed.kind === "event" || before?.listed?.isEarly === true || settled < newest;
    const now = renditionListing(listed, files, told);
    const current = now && { ...now, revision, isEarly };
    this.#renditions.set(rendition, { version, told, listed: current, files });
    return current;
  }

  /** All that was made of the range, the tallest first. */
  async renditions(listed: Listed): Promise<readonly Listed[]> {
    const names = renditionsOf(listed.others);
    const all = await Promise.all(names.map((name) => this.of(name)));
    return all.filter((each) => each !== undefined);
  }

  /** Nothing has happened since `of` was answered. */
  isCurrent(rendition: string): boolean {
    const listed = this.#listed;
    if (listed === undefined || this.#version !== this.#versionNow()) return false;
    const known = this.#renditions.get(rendition);
    return known === undefined || known.version === this.#renditionVersion(listed, rendition);
  }

  /** Files that it lists. */
  get files(): number {
    let files = this.#listed?.runs.length ?? 1;
    for (const rendition of this.#renditions.values()) files += rendition.files.files.length;
    return files;
  }

  #renditionVersion({ revision }: Listed, rendition: string): string {
    return `${revision} ${this.#options.live.version(this.#stream, rendition)}`;
  }

  async #renditionFiles({ others }: Listed, name: string): Promise<RenditionFiles | undefined> {
    const { live, root } = this.#options;
    const rows = others
      .filter(({ rendition }) => rendition === name)
      .map((row) => live.overlay(row))
      .filter((row) => row.to > row.from);
    const before = this.#renditions.get(name)?.files;
    const [files] = await renditionFiles(rows, { root, tables: this.#tables }, before);
    return files;
  }

  /** How long until it changes by itself; undefined where only media changes it. */
  untilGap(): number | undefined {
    const listed = this.#listed;
    const last = listed?.runs.at(-1);
    if (listed === undefined || last === undefined || !this.#isWaiting(listed)) return undefined;
    return Math.max(1, nextGapDue(last, listed.tail.length) - this.#options.world.now());
  }

  #versionNow(): string {
    const { live } = this.#options;
    const listed = this.#listed;
    const files = live.files(this.#stream);
    if (listed?.ended) return files;
    const last = listed?.runs.at(-1);
    const waits = listed !== undefined && last !== undefined && this.#isWaiting(listed);
    const gaps = waits ? this.#tail(last, listed, true).length : 0;
    return `${files} ${live.version(this.#stream)} ${gaps}`;
  }

  async #look(version: string): Promise<Listed> {
    const listed = this.#refresh();
    this.#turn = { version, listed };
    try {
      this.#listed = await listed;
      this.#version = this.#listed.ended ? this.#rowsVersion : version;
      return this.#listed;
    } finally {
      this.#turn = undefined;
    }
  }

  async #refresh(): Promise<Listed> {
    const { live } = this.#options;
    const before = this.#listed;
    const files = live.files(this.#stream);
    if (files !== this.#rowsVersion) {
      const loaded = await this.#load();
      this.#rows = loaded.filter(({ rendition }) => rendition === SOURCE);
      this.#others = loaded.filter(({ rendition }) => rendition !== SOURCE);
      this.#rowsVersion = files;
    }
    const rows = this.#rows.map((row) => live.overlay(row)).filter((row) => row.to > row.from);
    const [from, to] = this.#bounds();
    const last = rows.at(-1);
    const running = last !== undefined && last.to < to && (await this.#mayGrow(last, to));
    const kind = before?.kind ?? (running || this.query.to === undefined ? "event" : "vod");
    const runs = await this.#runs(rows, coverSpans(rows, from, to), kind, running);
    const first = runs[0];
    const end = runs.at(-1);
    if (first === undefined || end === undefined) throw await this.#nothing();
    const target = before?.targetDuration ?? (await this.#target(kind, runs));
    const listed = { from, kind, ended: !running, targetDuration: target, runs };
    const endsNow = before?.ended === false && listed.ended;
    const endedAt = endsNow ? this.#options.world.now() : before?.endedAt;
    const tail = this.#tail(end, before, this.#isWaiting(listed));
    return {
      ...listed,
      ...(endedAt !== undefined && { endedAt }),
      tail,
      revision: (before?.revision ?? 0) + 1,
      lastSequence: sequenceAfter(end) - 1 + tail.length,
      tracks: runs.flatMap(({ row }) => row.tracks),
      marks: await this.#marks(runs),
      others: this.#others,
      ...playableFrom(first, rows[0]),
    };
  }

  /** Runs that are known and complete are taken as they are, and those whose files are gone as well. */
  async #runs(
    rows: readonly StretchRow[],
    spans: readonly CoveredSpan[],
    kind: Listed["kind"],
    running: boolean,
  ): Promise<ListedRun[]> {
    const before = this.#listed;
    // Nobody comes back to a playlist that is over: what is left of it is told anew.
    const known = new Map(before?.ended ? [] : before?.runs.map((run) => [run.row.id, run]));
    const oldest = rows[0]?.from ?? 0;
    const gone = running ? (before?.runs ?? []).filter(({ row }) => row.from < oldest) : [];
    const runs = gone.filter(({ row }) => !rows.some(({ id }) => id === row.id));
    const tellsGaps = kind === "event";
    for (const span of spans) {
      const run = known.get(span.row.id);
      if (run !== undefined && !run.row.open && run.row.segments === span.row.segments) {
        runs.push(run);
        continue;
      }
      const table = await this.#tables.table(storedStretch(this.#options.root, span.row));
      const last = runs.at(-1);
      const told = last?.row.id === before?.runs.at(-1)?.row.id ? (before?.tail.length ?? 0) : 0;
      const next = nextRun(last, { ...span, table }, { tellsGaps, told });
      // What was told between two runs stays as it was told.
      const kept = run && last ? { gaps: run.gaps, sequence: run.sequence } : {};
      const begun = run && !last ? { sequence: run.sequence, first: run.first } : {};
      if (next !== undefined) runs.push({ ...next, ...kept, ...begun });
    }
    return runs;
  }

  #bounds(): readonly [from: Millis, to: Millis] {
    const { from, to } = this.query;
    return [from, to ?? plus(from, this.#options.playlistMs)];
  }

  /** The files of the range; without an end, of the broadcast that it begins in. */
  async #load(): Promise<readonly StretchRow[]> {
    const { store, live } = this.#options;
    const [from, to] = this.#bounds();
    const { broadcast } = this.query;
    const range = { stream: this.#stream, rendition: null, from, to, broadcast };
    const found = await stretchesInRange(store, live, range, { empty: true });
    const rows = found.map((row) => this.#latest(row));
    if (this.query.to !== undefined || broadcast !== undefined) return rows;
    const sources = rows.filter(({ rendition }) => rendition === SOURCE);
    const own =
      this.#listed?.runs[0]?.row.broadcast ?? coverSpans(sources, from, to)[0]?.row.broadcast;
    return rows.filter((row) => row.broadcast === own);
  }

  /** The database may tell of a file a little late: it never shrinks. */
  #latest(row: StretchRow): StretchRow {
    const isSame = ({ id }: StretchRow): boolean => id === row.id;
    const known = this.#rows.find(isSame) ?? this.#others.find(isSame);
    return known !== undefined && known.segments > row.segments ? known : row;
  }

  async #mayGrow(last: StretchRow, to: Millis): Promise<boolean> {
    const { live, store, world } = this.#options;
    // Whoever comes back comes now: what is past and has no media stays without.
    if (!live.isWriting(this.#stream, last.broadcast) && to + SETTLED_MS < world.now())
      return false;
    return (
      live.isRecording(this.#stream, last.broadcast) ||
      (await store.broadcastIsOpen(last.broadcast))
    );
  }

  /** Its encoder is gone, and may come back. */
  #isWaiting({ ended, kind, runs }: Pick<Listed, "ended" | "kind" | "runs">): boolean {
    const last = runs.at(-1);
    if (ended || kind === "vod" || last === undefined) return false;
    return !this.#options.live.isWriting(this.#stream, last.row.broadcast);
  }

  /** What was told stays told, until media goes on behind it; more comes while the encoder is gone. */
  #tail(last: ListedRun, before: Listed | undefined, waits: boolean): readonly GapEntry[] {
    const told = before?.runs.at(-1)?.row.id === last.row.id ? before.tail : [];
    const due = waits ? gapsSoFar(last, this.#options.world.now()) : [];
    return due.length > told.length ? due : told;
  }

  /**
   * Of an EVENT the one that the packager holds to in the broadcast, which its first segment has set: it
   * never changes (rfc8216bis §6.2.1). A range that is over has the longest of its segments.
   */
  async #target(kind: Listed["kind"], runs: readonly ListedRun[]): Promise<number> {
    const { store, live, root, segmentMs } = this.#options;
    if (kind === "vod") {
      const longest = runs.reduce((most, { table }) => Math.max(most, table.rates.longest), 0);
      return Math.max(1, Math.round(longest));
    }
    const broadcast = runs.at(-1)?.row.broadcast;
    const row = broadcast === undefined ? undefined : await store.firstStretch(broadcast);
    if (row === undefined) return targetDuration(0, segmentMs);
    const table = await this.#tables.table(storedStretch(root, live.overlay(row)));
    return targetDuration(table.seconds(0), segmentMs);
  }

  async #marks(runs: readonly ListedRun[]): Promise<DvrMarks> {
    const { markers } = this.#options;
    if (markers === undefined) return NO_MARKS;
    const broadcasts = [...new Set(runs.map(({ row }) => row.broadcast))];
    const marks = await Promise.all(broadcasts.map((broadcast) => markers.of(broadcast)));
    return {
      ranges: marks.flatMap(({ ranges }) => ranges),
      removed: marks.flatMap(({ removed }) => removed),
    };
  }

  async #nothing(): Promise<Fault> {
    const [from, to] = this.#bounds();
    const gaps = await this.#options.store.gapsIn(this.#stream, from, to);
    const evicted = gaps.some(({ reason }) => reason === "evicted");
    return new Fault(
      evicted ? "range_evicted" : "range_without_media",
      `Cannot play the range "${from}" to "${this.query.to ?? "now"}": ${evicted ? "its media was removed" : "nothing was recorded"}`,
    );
  }
}

/** An EVENT drops nothing: who plays it goes on, who begins to is told another beginning. */
function playableFrom(first: ListedRun, oldest: StretchRow | undefined) {
  const isThere = oldest === undefined || oldest.from <= first.row.from;
  return isThere ? {} : { playableFrom: oldest.from };
}

/** Media of a past moment may be sealed this much later. */
const SETTLED_MS = 15_000;
