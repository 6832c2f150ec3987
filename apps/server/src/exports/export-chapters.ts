import type { Chapter } from "@oxbow/containers";
import { millis } from "@oxbow/media";
import { spansOf } from "./export-texts.ts";
import type { PlannedTimeline } from "./plan/index.ts";
import type { ArchivedSpan, Mark, Recordings } from "./ports.ts";

/** What somebody marked in the broadcasts that spans are of, in order of time. */
export async function marksIn(
  recordings: Pick<Recordings, "marks">,
  spans: readonly Pick<ArchivedSpan, "stretch">[],
): Promise<readonly Mark[]> {
  const broadcasts = new Set(spans.map(({ stretch }) => stretch.broadcast));
  const marks = await Promise.all([...broadcasts].map((id) => recordings.marks(id)));
  return marks.flat().toSorted((a, b) => a.at - b.at);
}

/** Marks as chapters of a movie; of several at one time the first, and none of what the movie does not show. */
export function chaptersOf(marks: readonly Mark[], timeline: PlannedTimeline): readonly Chapter[] {
  const spans = spansOf(timeline, millis(0));
  const chapters: Chapter[] = [];
  let last = -1;
  for (const { at, label } of marks) {
    const span = spans.find(({ offset, from, to }) => at + offset >= from && at + offset < to);
    if (span === undefined) continue;
    const shown = Math.round(at + span.offset);
    if (shown > last) chapters.push({ at: millis(shown), title: label });
    last = Math.max(last, shown);
  }
  return chapters;
}
