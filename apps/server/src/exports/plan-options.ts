import type { Millis } from "@oxbow/media";
import type { ExportSpec, RenditionWish } from "./export-spec.ts";
import { AUDIO } from "./export-wishes.ts";
import type { PlanOptions } from "./plan/index.ts";

const SOURCE = "source";

/** How the planner is asked for the movie of a file. */
export function planOptions(
  spec: ExportSpec,
  { name }: Pick<RenditionWish, "name">,
  to: Millis,
): PlanOptions {
  const { from, gaps, packing, title, cut, tracks } = spec;
  return { from, to, gaps, packing, title, cut, tracks: name === AUDIO ? ["audio"] : tracks };
}

/** The rendition of the archive that a file is made of: an encoder takes the best that there is. */
export function recordedName(
  { name }: Pick<RenditionWish, "name">,
  mode: ExportSpec["mode"],
): string {
  return mode === "transcode" || name === AUDIO ? SOURCE : name;
}

/** All that a spec reads. */
export function recordedOf({ renditions, mode }: ExportSpec): readonly string[] {
  return [...new Set(renditions.map((wish) => recordedName(wish, mode)))];
}
