import type { RetentionPreview, RetentionRule } from "@oxbow/site-contract";

/** Media without a gap. Unix milliseconds. */
export type StoredRange = { readonly from: number; readonly to: number; readonly bytes: number };

const DAY_MS = 24 * 3_600_000;

/**
 * What a rule would remove now of ranges in time order, the oldest first: what is older than its days,
 * then as much as is above its bytes. Bytes are spread evenly over a range.
 */
export function previewRetention(
  ranges: readonly StoredRange[],
  { days, bytes: most }: RetentionRule,
  now: number,
): RetentionPreview {
  const total = ranges.reduce((sum, range) => sum + range.bytes, 0);
  const oldest = days === null ? Number.NEGATIVE_INFINITY : now - days * DAY_MS;
  let before: number | null = null;
  let removed = 0;
  for (const { from, to, bytes } of ranges) {
    const byAge = shareBefore(from, to, oldest);
    const over = most === null ? 0 : total - most - removed;
    const bySize = bytes === 0 ? 0 : Math.min(1, Math.max(0, over / bytes));
    const share = Math.max(byAge, bySize);
    if (share === 0) break;
    removed += share * bytes;
    before = from + share * (to - from);
  }
  return {
    bytes: Math.round(removed),
    before: before === null ? null : new Date(before).toISOString(),
    left: Math.round(total - removed),
  };
}

function shareBefore(from: number, to: number, at: number): number {
  return Math.min(1, Math.max(0, (at - from) / (to - from)));
}
