import { Fault } from "@oxbow/contract";
import { millis } from "@oxbow/media";
import type { Sources } from "../export-range.ts";
import type { ArchivedSpan } from "../ports.ts";
import { type ScannedRun, TICKS } from "./scan-run.ts";

/**
 * The spans that hold a part of a run, from where a decoder may begin. Fault `source_media_lost` where the
 * archive has it no more.
 */
export async function resolvePiece(
  { archive }: Pick<Sources, "archive">,
  stream: string,
  { run, from, to }: { readonly run: ScannedRun; readonly from: number; readonly to: number },
): Promise<readonly ArchivedSpan[]> {
  const [span] = run.spans;
  if (span === undefined) return [];
  const { origin, broadcast } = span.stretch;
  // Up to the next millisecond: the picture that a piece begins with is presented by then.
  const wall = (ticks: number) => millis(Math.ceil(origin + (ticks * 1000) / TICKS));
  const range = await archive.resolve(stream, wall(from), wall(to), { broadcast });
  if (range.spans.length > 0) return range.spans;
  throw new Fault("source_media_lost", `Media of the broadcast "${broadcast}" is gone`);
}
