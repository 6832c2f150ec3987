import type { Stretch } from "./recorded-time.ts";

/** Moments that an edge is drawn to: markers, and where media begins or ends; in order. */
export function snapTargets(
  stretches: readonly Stretch[],
  markers: readonly { readonly at: string }[],
): readonly number[] {
  const edges = stretches.flatMap(({ from, to }) => [from, to]);
  const named = markers.map(({ at }) => Date.parse(at));
  return [...new Set([...edges, ...named])].toSorted((a, b) => a - b);
}
