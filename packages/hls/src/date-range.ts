import { type Millis, rfc3339 } from "@oxbow/media";
import { type AttributeValue, attributes, seconds } from "./attribute-list.ts";

/**
 * Something that happened at a time, or over one (EXT-X-DATERANGE, rfc8216bis §4.4.5.1): a marker.
 * An id is unique in the playlist, and what was said of it stays so (§6.2.1).
 */
export type DateRange = {
  readonly id: string;
  readonly from: Millis;
  /** Seconds; absent where it is not known, 0 for a moment. */
  readonly duration?: number;
  /** Reverse-DNS name of the kind: those of one class don't overlap in meaning. */
  readonly class?: string;
  /** Further facts; names begin with `X-`. */
  readonly facts?: Readonly<Record<`X-${string}`, string | number>>;
};

export function dateRangeLine(range: DateRange): string {
  const list: Record<string, AttributeValue> = {
    ID: range.id,
    CLASS: range.class,
    "START-DATE": rfc3339(range.from),
    DURATION: range.duration === undefined ? undefined : { bare: seconds(range.duration) },
    ...range.facts,
  };
  return `#EXT-X-DATERANGE:${attributes(list)}`;
}
