import type { ArchivedRange } from "../ports.ts";
import { MovieInMaking } from "./movie-in-making.ts";
import type { MoviePlan } from "./movie-plan.ts";
import type { PlanOptions } from "./plan-options.ts";
import { checkRange, commonTracks, gapsOf, withoutMedia } from "./range-check.ts";

/**
 * Plans the movie of a range: its tables, and which bytes of which files they point to. Reads indexes
 * only. Takes samples by columns, so that a day of media (6.6 million samples) is planned in a fraction of
 * a second. Fault `range_has_gap`, `range_changes_codec`, `range_without_media`, `range_evicted`.
 */
export async function planExport(range: ArchivedRange, options: PlanOptions): Promise<MoviePlan> {
  const spans = checkRange(range, options);
  const movie = new MovieInMaking(commonTracks(spans), options, gapsOf(range, options));
  let reading = spans[0]?.chunks();
  for (const [at, span] of spans.entries()) {
    const chunks = await (reading ?? span.chunks());
    // The disk finds the next index while this one is worked through.
    reading = spans[at + 1]?.chunks();
    // What it throws is met in its turn, or by nobody where this turn fails.
    reading?.catch(() => undefined);
    await movie.add(span, chunks, at === 0, at === spans.length - 1);
  }
  if (movie.empty) throw withoutMedia(range, options);
  return movie.finish();
}
