import { Fault } from "@oxbow/contract";
import { type Millis, rfc3339 } from "@oxbow/media";
import { checkCopy } from "./edges/index.ts";
import type { ExportSpec, RenditionWish } from "./export-spec.ts";
import { checkRange, gapsOf } from "./plan/index.ts";
import { planOptions } from "./plan-options.ts";
import type { ArchivedGap, ArchivedRange, ArchivedSpan } from "./ports.ts";

/** What there is to export. */
export type FoundMedia = {
  readonly spans: readonly ArchivedSpan[];
  readonly gaps: readonly ArchivedGap[];
};

/** What stands in the way of a copy, and of nothing that is encoded. */
const COPY_ALONE: ReadonlySet<string> = new Set(["range_changes_codec", "export_mode_unsupported"]);

/** Whether a file can be made of a range. Fault as `checkCopy`; an encoder takes what a copy can't join. */
export function checkMedia(
  range: ArchivedRange,
  spec: ExportSpec,
  wish: Pick<RenditionWish, "name">,
  to: Millis,
): FoundMedia {
  const options = planOptions(spec, wish, to);
  const gaps = gapsOf(range, options);
  if (spec.mode === "copy") return { spans: checkCopy(range, options), gaps };
  if (spec.gaps === "fill") checkFill(gaps);
  try {
    return { spans: checkRange(range, options), gaps };
  } catch (error) {
    if (!(error instanceof Fault && COPY_ALONE.has(error.code))) throw error;
    const spans = range.spans.filter((span) => span.from < to && span.to > spec.from);
    return { spans, gaps };
  }
}

/** A picture that is held is encoded all the same. */
const LONGEST_FILL_MS = 12 * 3_600_000;

function checkFill(gaps: readonly ArchivedGap[]): void {
  const long = gaps.find(({ from, to }) => to - from > LONGEST_FILL_MS);
  if (long === undefined) return;
  throw new Fault(
    "export_mode_unsupported",
    `Cannot fill the gap from ${rfc3339(long.from)} to ${rfc3339(long.to)}: it is longer than 12 hours; ask for gaps "skip"`,
    { field: "gaps" },
  );
}
