import { join } from "node:path";
import { Fault } from "@oxbow/contract";
import type { Millis } from "@oxbow/media";
import type { ArchiveStore } from "./archive-store.ts";
import {
  type CoveredSpan,
  coverSpans,
  missing,
  renditionReason,
  sourceReason,
} from "./coverage.ts";
import type { IndexCache } from "./index-cache.ts";
import type { LiveStretches } from "./live-stretches.ts";
import type { ArchiveGap, ResolvedRange, ResolvedSpan, StoredChunk } from "./resolved-range.ts";
import { spanChunks } from "./span-chunks.ts";
import { SOURCE, type StoredStretch, type StretchRow } from "./stored-stretch.ts";
import { stretchesInRange } from "./stretches-in-range.ts";

/** A range of more files than this is gone through once: its indexes do not push others out of memory. */
const KEPT_SPANS = 4;

export type ResolverOptions = {
  readonly root: string;
  readonly store: ArchiveStore;
  readonly live: LiveStretches;
  readonly indexes: IndexCache;
};

/** Throws Fault `range_invalid` where `[from, to)` is empty or no range of time. */
export function checkRange(from: Millis, to: Millis): void {
  if (Number.isSafeInteger(from) && Number.isSafeInteger(to) && from >= 0 && from < to) return;
  throw new Fault("range_invalid", `Cannot use the range "${from}" to "${to}": it has no length`, {
    field: from >= 0 ? "to" : "from",
  });
}

/** What is asked for: of the source, where no other rendition is named. */
type Wanted = {
  readonly from: Millis;
  readonly to: Millis;
  readonly broadcast?: string | undefined;
  readonly rendition?: string | undefined;
};

/** What `[from, to)` is made of (see `Archive.resolve`). */
export async function resolveRange(
  options: ResolverOptions,
  stream: string,
  wanted: Wanted,
): Promise<ResolvedRange> {
  const { from, to, rendition = SOURCE } = wanted;
  checkRange(from, to);
  const source = await sourceCoverage(options, stream, wanted);
  const { spans, gaps } =
    rendition === SOURCE
      ? source
      : await renditionCoverage(options, stream, { ...wanted, rendition, gaps: source.gaps });
  const readOnce = spans.length > KEPT_SPANS;
  return {
    stream,
    from,
    to,
    spans: spans.map((span) => resolvedSpan(options, span, readOnce)),
    gaps,
  };
}

type Coverage = { readonly spans: readonly CoveredSpan[]; readonly gaps: readonly ArchiveGap[] };

/** Files of a rendition; what the source lacks, it lacks for the same reason. */
async function renditionCoverage(
  { store, live }: ResolverOptions,
  stream: string,
  { gaps, ...wanted }: Wanted & { readonly rendition: string; readonly gaps: Coverage["gaps"] },
): Promise<Coverage> {
  const { from, to, rendition } = wanted;
  const rows = await stretchesInRange(store, live, { stream, ...wanted });
  const spans = coverSpans(rows, from, to);
  const isWritten = (broadcast: string) => live.isWriting(stream, broadcast, rendition);
  const around = { gaps, reasonBetween: renditionReason(isWritten) };
  return { spans, gaps: missing(spans, from, to, around) };
}

async function sourceCoverage(
  options: ResolverOptions,
  stream: string,
  { from, to, broadcast }: Wanted,
): Promise<Coverage> {
  const { store, live } = options;
  const rows = await stretchesInRange(store, live, { stream, from, to, broadcast });
  const spans = coverSpans(rows, from, to);
  const ends = spans.at(-1)?.to ?? from;
  const after = ends < to ? await store.stretchAfter(stream, to) : undefined;
  const running = await runningBroadcasts(
    options,
    stream,
    ends < to ? spans.at(-1)?.row : undefined,
  );
  const next = after?.broadcast === (broadcast ?? after?.broadcast) ? after : undefined;
  const around = {
    gaps: await store.gapsIn(stream, from, to),
    reasonBetween: sourceReason((id) => running.has(id), next),
  };
  return { spans, gaps: missing(spans, from, to, around) };
}

/** The broadcast of the last file in a range, if more may come of it: also while a lost encoder is waited for. */
async function runningBroadcasts(
  { store, live }: ResolverOptions,
  stream: string,
  last: StretchRow | undefined,
): Promise<ReadonlySet<string>> {
  if (last === undefined) return new Set();
  const { broadcast } = last;
  const runs = live.isRecording(stream, broadcast) || (await store.broadcastIsOpen(broadcast));
  return new Set(runs ? [broadcast] : []);
}

function resolvedSpan(
  { root, live, indexes }: ResolverOptions,
  { row, from, to }: CoveredSpan,
  readOnce: boolean,
): ResolvedSpan {
  const stretch = storedStretch(root, row);
  // What is sealed after this moment is not part of the answer: gaps and spans say the same.
  const lastSegment = row.firstSegment + row.segments - 1;
  return {
    stretch,
    from,
    to,
    async chunks(): Promise<Iterable<StoredChunk>> {
      const { id } = row;
      const index = await (readOnce
        ? indexes.readOnce(stretch, live.get(id))
        : indexes.read(stretch, live.get(id)));
      const bounds = { origin: row.origin, from, to, lastSegment };
      return { [Symbol.iterator]: () => spanChunks(index, bounds) };
    },
  };
}

/** The row with the file's absolute path. */
export function storedStretch(root: string, row: StretchRow): StoredStretch {
  return { ...row, file: join(root, row.path) };
}
