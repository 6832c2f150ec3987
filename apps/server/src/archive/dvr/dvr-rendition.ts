import type { LiveStretches } from "../live-stretches.ts";
import type { RenditionFiles } from "../rendition-files.ts";
import type { Listed } from "./listed.ts";
import { type ListedRun, sequenceAfter } from "./playlist-runs.ts";

/** A rendition that is so many segments behind its source is not waited for. */
const MOST_BEHIND = 2;

/** Number of the newest segment that a range lists. */
export function newestNumber({ runs }: Pick<Listed, "runs">): number {
  const last = runs.at(-1);
  return last === undefined ? -1 : lastNumber(last);
}

/**
 * Number of the newest of the source's segments of which it is known whether it was made: it is there, or
 * will not be. `told`: that far it was told before.
 */
export function settledNumber(
  listed: Pick<Listed, "runs">,
  rendition: RenditionFiles,
  { live, told }: { readonly live: LiveStretches; readonly told: number },
): number {
  const last = listed.runs.at(-1)?.row;
  if (last === undefined) return told;
  const { stream, broadcast } = last;
  const newest = newestNumber(listed);
  if (!live.isRecording(stream, broadcast, rendition.name)) return newest;
  const late = newest - behind(live, stream, broadcast, rendition.name);
  return Math.min(newest, Math.max(told, late, rendition.newest(broadcast)));
}

/** While nothing is being written, the next segment may begin a file of its own. */
function behind(live: LiveStretches, stream: string, broadcast: string, rendition: string): number {
  if (live.isLost(stream, broadcast, rendition)) return 0;
  return live.isWriting(stream, broadcast, rendition) ? MOST_BEHIND : 1;
}

/** What the range's playlist of a rendition says: the source's entries up to number `settled`. */
export function renditionListing(
  listed: Listed,
  rendition: RenditionFiles,
  settled: number,
): Listed | undefined {
  const runs: ListedRun[] = [];
  const newest = listed.runs.at(-1)?.row.broadcast;
  let { tail } = listed;
  let isWhole = true;
  for (const run of listed.runs) {
    isWhole = run.row.broadcast !== newest || lastNumber(run) <= settled;
    const end = isWhole ? run.end : settled - run.row.firstSegment + 1;
    if (end > run.first) runs.push(isWhole ? run : { ...run, end });
    if (isWhole) continue;
    // What the source lacks before it is known already, and was told perhaps.
    tail = end > run.first ? [] : run.gaps;
    break;
  }
  const last = runs.at(-1);
  if (last === undefined) return undefined;
  const lastSequence = sequenceAfter(last) - 1 + tail.length;
  return { ...listed, runs, tail, lastSequence, rendition, ended: listed.ended && isWhole };
}

function lastNumber({ row, end }: ListedRun): number {
  return row.firstSegment + end - 1;
}
