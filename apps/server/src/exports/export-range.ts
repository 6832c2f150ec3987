import { Fault } from "@oxbow/contract";
import { type Millis, millis, plus, rfc3339 } from "@oxbow/media";
import type { ArchivedRange, RangeArchive, RecordedBroadcast, Recordings } from "./ports.ts";

/** A range that is asked for: `only` names a broadcast where several overlap. */
export type AskedRange = {
  readonly stream: { readonly id: string; readonly name: string };
  readonly from: Millis;
  /** Null: to the end of the broadcast `only`. */
  readonly to: Millis | null;
  readonly only: string | null;
};

export type Sources = { readonly archive: RangeArchive; readonly recordings: Recordings };

const SOURCE = "source";
const SHORTEST_MS = 100;
/** A little is looked at beyond the end, so that audio reaches the end of the last picture. */
const TAIL_MS = 100;
/** How far an end may lie beyond that of the recording: clocks of clients, and the open part. */
const GRACE_MS = 500;

/** Fault `range_invalid`, `range_too_short`. */
export function checkTimes(from: Millis, to: Millis): void {
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 0 || to <= from) {
    throw new Fault("range_invalid", `The range [${from}, ${to}) does not end after it begins`, {
      field: "to",
    });
  }
  if (to - from < SHORTEST_MS) {
    throw new Fault(
      "range_too_short",
      `The range is ${to - from} ms long: the shortest is ${SHORTEST_MS} ms`,
      { field: "to" },
    );
  }
}

/** Whether no more media of these renditions can come into the range. */
export async function isSealed(
  { archive, recordings }: Sources,
  asked: AskedRange,
  renditions: readonly string[] = [SOURCE],
): Promise<boolean> {
  const open = await recordings.openBroadcast(asked.stream.id);
  if (open === undefined) return true;
  if (asked.to === null) return open.id !== asked.only;
  if (asked.only !== null && open.id !== asked.only) return true;
  const end = plus(asked.to, TAIL_MS);
  if (open.from >= end) return true;
  // One that nothing was recorded of won't be waited for: it is told when it is looked up.
  return [SOURCE, ...renditions].every((rendition) => {
    const newest = archive.newest(asked.stream.id, rendition);
    return newest === undefined ? rendition !== SOURCE : newest >= end;
  });
}

/**
 * Where the range really ends, once it is sealed: no later than the media. An end `beyond` that of the
 * last broadcast is refused, or cut where the range was asked for while the broadcast could still reach
 * it. Fault `range_in_future` where no media can lie in the range, `broadcast_unknown`,
 * `range_without_media`.
 */
export async function endOf(
  { archive, recordings }: Sources,
  asked: AskedRange,
  beyond: "refused" | "cut" = "refused",
): Promise<Millis> {
  const to = asked.to ?? (await endOfBroadcast(recordings, asked.only));
  const open = await recordings.openBroadcast(asked.stream.id);
  if (open !== undefined) return to;
  const newest = archive.newest(asked.stream.id);
  const last = await recordings.broadcastBefore(asked.stream.id, to);
  const end = Math.max(newest ?? 0, last?.to ?? 0);
  if (end === 0) {
    throw new Fault("range_without_media", `Nothing was recorded of "${asked.stream.name}"`);
  }
  const isBeyond = to > end + GRACE_MS && beyond === "refused";
  if (asked.from >= end || isBeyond) throw inFuture(asked, millis(end));
  return millis(Math.min(to, newest ?? to));
}

async function endOfBroadcast(recordings: Recordings, id: string | null): Promise<Millis> {
  const broadcast: RecordedBroadcast | undefined =
    id === null ? undefined : await recordings.broadcast(id);
  if (broadcast === undefined) {
    throw new Fault("broadcast_unknown", `There is no broadcast "${id}"`, { field: "broadcast" });
  }
  if (broadcast.to === null) {
    throw new Fault("unavailable", `The broadcast "${id}" has not ended`);
  }
  return broadcast.to;
}

function inFuture({ from, stream }: AskedRange, end: Millis): Fault {
  const beyond = from >= end ? "begins" : "ends";
  return new Fault(
    "range_in_future",
    `The range ${beyond} after the recording of "${stream.name}", which ended at ${rfc3339(end)}`,
    { field: from >= end ? "from" : "to", details: { end: rfc3339(end) } },
  );
}

/**
 * What the archive holds of the range and the little beyond its end. Fault `rendition_unknown` where
 * there is nothing of the rendition, and something of others.
 */
export async function resolveRange(
  { archive }: Sources,
  { stream, from, only }: Omit<AskedRange, "to">,
  to: Millis,
  rendition: string = SOURCE,
): Promise<ArchivedRange> {
  const broadcast = only === null ? {} : { broadcast: only };
  const range = await archive.resolve(stream.id, from, plus(to, TAIL_MS), {
    ...broadcast,
    rendition,
  });
  if (range.spans.length > 0 || rendition === SOURCE) return range;
  const { ranges } = await archive.view(stream.id, from, to);
  const recorded = [...new Set(ranges.flatMap(({ renditions = [SOURCE] }) => renditions))];
  if (recorded.length === 0) return range;
  throw new Fault(
    "rendition_unknown",
    `"${rendition}" was not recorded from ${rfc3339(from)} to ${rfc3339(to)}: ${recorded.join(", ")} ${recorded.length > 1 ? "were" : "was"}`,
    { field: "renditions", details: { recorded } },
  );
}

/** About how many bytes a range's movie has. */
export function estimateBytes(range: ArchivedRange): number {
  let bytes = 0;
  for (const { from, to, stretch } of range.spans) {
    const length = stretch.to - stretch.from;
    if (length > 0) bytes += stretch.bytes * Math.min(1, (to - from) / length);
  }
  return Math.round(bytes);
}
