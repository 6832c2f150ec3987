import { Fault } from "@oxbow/contract";
import type { Millis } from "@oxbow/media";
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
  try {
    return { spans: checkRange(range, options), gaps };
  } catch (error) {
    if (!(error instanceof Fault && COPY_ALONE.has(error.code))) throw error;
    const spans = range.spans.filter((span) => span.from < to && span.to > spec.from);
    return { spans, gaps };
  }
}
