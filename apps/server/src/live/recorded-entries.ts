import { type Millis, millis, type Track } from "@oxbow/media";
import { Entry, type EntryOrigin } from "./entry.ts";
import { KINDS, ServedStretch } from "./served-stretch.ts";

/** What was recorded of one stretch of the broadcast before the server started, in order. */
export type RecordedStretch = {
  readonly stretch: string;
  readonly tracks: readonly Track[];
  readonly segments: readonly {
    readonly number: number;
    readonly wall: Millis;
    readonly seconds: number;
    /** Ids of the tracks that have media in it. */
    readonly tracks: readonly number[];
  }[];
  /** What was made of it. */
  readonly renditions?: readonly RecordedRendition[];
};

/** What was recorded of one stretch of a rendition. */
export type RecordedRendition = {
  readonly rendition: string;
  readonly stretch: string;
  readonly tracks: readonly Track[];
  /** Numbers of its whole segments, ascending. */
  readonly numbers: readonly number[];
};

/** Recorded stretches, oldest first, and where media goes on after them. */
export type Before = { readonly stretches: readonly RecordedStretch[]; readonly until: Millis };

type Numbers = {
  /** Seconds. */
  readonly targetDuration: number;
  readonly firstMediaSequence: number;
  readonly firstDiscontinuitySequence: number;
};

const LEAST_GAP_MS = 50;
const LEAST_SECONDS = 0.001;
const OVERRUN = 0.499;
/** Entries that a restart takes up: half a day of two-second segments. */
const MOST_BEFORE = 21_600;

/**
 * The entries before the first one of a timeline, from what the archive holds: segments, gaps of the
 * target where media is missing, and the gap up to where media goes on. They are numbered backwards
 * from the first number of the timeline.
 */
export function entriesBefore(before: Before, numbers: Numbers): Entry[] {
  const kept = placed(before, numbers.targetDuration).slice(-MOST_BEFORE);
  const discontinuities = kept.filter(({ discontinuity }) => discontinuity).length;
  // The first entry of the timeline comes after a discontinuity of its own.
  let discontinuitySequence = numbers.firstDiscontinuitySequence - 1 - discontinuities;
  return kept.map((entry, at) => {
    if (entry.discontinuity) discontinuitySequence += 1;
    const sequence = numbers.firstMediaSequence - kept.length + at;
    const { wall, seconds, discontinuity } = entry;
    const place = { sequence, wall, seconds, discontinuity, discontinuitySequence };
    return new Entry(place, entry);
  });
}

type Placed = EntryOrigin & {
  readonly wall: Millis;
  readonly seconds: number;
  readonly discontinuity: boolean;
};

function placed({ stretches, until }: Before, targetDuration: number): Placed[] {
  const entries: Placed[] = [];
  for (const { stretch: id, tracks, segments } of stretches) {
    const [first] = segments;
    if (first === undefined) continue;
    const stretch = new ServedStretch({ id, firstSegment: first.number, tracks });
    for (const segment of segments) {
      fillTo(entries, segment.wall, targetDuration);
      const { wall, number } = segment;
      const seconds = Math.max(LEAST_SECONDS, Math.min(segment.seconds, targetDuration + OVERRUN));
      const kinds = KINDS.filter((kind) => segment.tracks.includes(stretch.track(kind)?.id ?? 0));
      const discontinuity = segment === first && entries.length > 0;
      entries.push({ wall, seconds, number, stretch, kinds, discontinuity });
    }
  }
  fillTo(entries, until, targetDuration);
  return entries;
}

/** Appends gaps of the target, the last one shorter, up to `wall`. */
function fillTo(entries: Placed[], wall: Millis, targetDuration: number): void {
  for (let count = 0; count < MOST_BEFORE; count += 1) {
    const last = entries.at(-1);
    if (last === undefined) return;
    const end = millis(last.wall + last.seconds * 1000);
    const missing = Math.min(wall - end, targetDuration * 1000);
    if (missing < LEAST_GAP_MS) return;
    const gap = { stretch: undefined, number: last.number, kinds: [], discontinuity: false };
    entries.push({ ...gap, wall: end, seconds: missing / 1000 });
  }
}
