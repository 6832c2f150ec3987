import { SOURCE, type StretchRow } from "./stored-stretch.ts";

/** Names of the renditions that files hold, each once: the source first, then the tallest. */
export function renditionsOf(rows: readonly StretchRow[]): readonly string[] {
  const heights = new Map<string, number>();
  for (const { rendition, tracks } of rows) {
    const height = rendition === SOURCE ? Number.POSITIVE_INFINITY : heightOf(tracks);
    heights.set(rendition, Math.max(heights.get(rendition) ?? 0, height));
  }
  return [...heights]
    .toSorted(([a, tall], [b, taller]) => (tall === taller ? (a < b ? -1 : 1) : taller - tall))
    .map(([name]) => name);
}

function heightOf(tracks: StretchRow["tracks"]): number {
  return tracks.reduce(
    (most, { config }) => (config.kind === "video" ? Math.max(most, config.height) : most),
    0,
  );
}
