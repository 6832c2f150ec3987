import { type Millis, millis } from "@oxbow/media";
import type { Chunk, Segment } from "../packager/index.ts";
import { Entry, type EntryPlace, SegmentMedia } from "./entry.ts";
import { gapParts } from "./part-clock.ts";
import { type Before, entriesBefore } from "./recorded-entries.ts";
import { KINDS, type ServedStretch, type TrackKind } from "./served-stretch.ts";
import { lengthOf } from "./track-media.ts";

// A hole below this is a frame or two of rounding, not missing media.
const LEAST_GAP_MS = 50;
// Gap entries made at once: the longest reconnect window (1800 s) at the shortest target.
const MOST_GAPS = 2000;
// An entry that left is kept for this many targets (rfc8216bis §6.2.2), so many of them at the most:
// media published faster than real time leaves faster than clients can ask.
const KEPT_TARGETS = 3;
const MOST_KEPT = 32;
/** So many targets stay listed (rfc8216bis §6.2.2). */
const LEAST_TARGETS = 3;
/** Parts are listed within so many targets of the end (rfc8216bis §4.4.4.9). */
const PART_TARGETS = 3;
// What a playlist may show of one picture that lasts longer than the target (rounded, §4.4.3.1).
const OVERRUN = 0.499;
const LEAST_SECONDS = 0.001;
// What is said to be recorded ends with a unit of sound, a segment with a picture.
const RECORDED_SLACK_MS = 100;
/** Entries leave the list of the whole broadcast by so many. */
export const BLOCK = 64;

/** What a timeline is made with. */
export type TimelineOptions = {
  /** Seconds. */
  readonly targetDuration: number;
  readonly windowSegments: number;
  readonly firstMediaSequence: number;
  readonly firstDiscontinuitySequence: number;
  /** Seconds; present where parts are listed. */
  readonly partTarget: number | undefined;
  /** What leaves the memory is still to be had: entries stay listed for rewinding … */
  readonly archived: boolean;
  /** Up to where it is to be had; absent where all is that was sealed. */
  readonly recordedTo?: () => Millis | undefined;
  /** … for so long, about. */
  readonly rewindSeconds: number;
  /** What this broadcast recorded before the server started, and where media goes on. */
  readonly before?: Before;
  /** How many targets a list may be behind that has to keep as much as any. */
  readonly behind?: () => number;
  /** The broadcast had media before this timeline began. */
  readonly continues: boolean;
};

/** The segment that is being filled: its parts are listed. */
export type OpenEntry = EntryPlace & { readonly media: SegmentMedia };
/** The gap that is being filled with parts, while the encoder is gone. */
export type OpenGap = EntryPlace & { readonly parts: readonly number[] };

/**
 * All entries of a broadcast, in the order of the playlists. The live list is its end; without an
 * archive nothing else is kept but what lately left it.
 */
export class Timeline {
  readonly targetDuration: number;
  readonly partTarget: number | undefined;
  readonly #options: TimelineOptions;
  readonly #entries: Entry[] = [];
  #stretches = new Set<ServedStretch>();
  readonly #kinds = new Set<TrackKind>();
  /** Index of the first entry of the live list. */
  #head = 0;
  /** Seconds of the live list, and of all. */
  #listed = 0;
  #all = 0;
  /** First entries whose bytes, and whose parts, are still there. */
  #firstHeld = 0;
  #firstUnsettled = 0;
  #nextSequence: number;
  #discontinuitySequence: number;
  #lastStretch: ServedStretch | undefined;
  #lastNumber = -1;
  /** Segments that are not sealed yet; of the later ones nothing is listed. */
  readonly #open: { readonly wall: Millis; readonly media: SegmentMedia }[] = [];
  #gapParts: number[] = [];

  constructor(options: TimelineOptions) {
    this.#options = options;
    this.targetDuration = options.targetDuration;
    this.partTarget = options.partTarget;
    this.#nextSequence = options.firstMediaSequence;
    this.#discontinuitySequence = options.firstDiscontinuitySequence;
    if (!options.archived || options.before === undefined) return;
    for (const entry of entriesBefore(options.before, options)) {
      this.#entries.push(entry);
      this.#all += entry.seconds;
      this.#head += 1;
      this.#learn(entry);
    }
    this.#firstHeld = this.#firstUnsettled = options.firstMediaSequence;
  }

  /** The live list. */
  get listed(): readonly Entry[] {
    return this.#entries.slice(this.#head);
  }

  /** The list of the whole broadcast; the live one where nothing else is to be had. */
  get all(): readonly Entry[] {
    return this.#options.archived ? this.#entries : this.listed;
  }

  /** The oldest entry that is known. */
  get first(): Entry | undefined {
    return this.#entries[0];
  }

  /** The entry of a sequence number, as long as it is known. */
  at(sequence: number): Entry | undefined {
    return this.#entries[sequence - (this.#entries[0]?.sequence ?? 0)];
  }

  get last(): Entry | undefined {
    return this.#head < this.#entries.length ? this.#entries.at(-1) : undefined;
  }

  get nextMediaSequence(): number {
    return this.#nextSequence;
  }

  /** Discontinuity sequence number with which another timeline of the stream may begin. */
  get nextDiscontinuitySequence(): number {
    return this.#discontinuitySequence + 1;
  }

  /** Wall clock at which the last entry ends. */
  get end(): Millis | undefined {
    return this.last?.end;
  }

  /** The segment after the last entry, as far as it goes. */
  get open(): OpenEntry | undefined {
    const [first] = this.#open;
    if (first === undefined) return undefined;
    const { wall, media } = first;
    const { stretch, number } = media;
    // Of a later one nothing is listed while one before it may still come.
    const goesOn = stretch === this.#lastStretch ? this.#lastNumber + 1 : stretch.firstSegment;
    return number === goesOn ? { ...this.#place(wall, stretch), media } : undefined;
  }

  get openGap(): OpenGap | undefined {
    const { end } = this;
    if (this.#gapParts.length === 0 || end === undefined) return undefined;
    return { ...this.#place(end, undefined), parts: this.#gapParts };
  }

  /**
   * Parts of an entry are listed while it begins near the end of what a list has, its parts included;
   * not of one that nothing will be added to (no `end`).
   */
  listsParts(entry: Entry, end: Millis | undefined): boolean {
    if (this.partTarget === undefined || end === undefined) return false;
    return end - entry.wall < PART_TARGETS * this.targetDuration * 1000;
  }

  /** No more media will come: what was listed of a gap stays listed. */
  finish(now: Millis): void {
    const told = msOf(this.#gapParts);
    if (told > 0) this.appendGap(told, now);
  }

  /** Milliseconds of the parts that every track lists after the last entry. */
  get openMs(): number {
    const media = this.open?.media;
    if (media === undefined) return msOf(this.#gapParts);
    const tracks = KINDS.filter((kind) => media.stretch.track(kind));
    return Math.min(...tracks.map((kind) => lengthOf(media.parts(kind, false))));
  }

  /** Puts a chunk into its segment. */
  add(chunk: Chunk, stretch: ServedStretch): void {
    this.#mediaOf(chunk, stretch).add(chunk, this.partTarget);
  }

  /** Nothing more of a track will come into a segment that is not sealed yet. */
  leave({ segment, track }: Pick<Chunk, "segment" | "track">): void {
    this.#open.find(({ media }) => media.number === segment)?.media.leave(track);
  }

  #mediaOf({ segment: number, segmentWall: wall }: Chunk, stretch: ServedStretch): SegmentMedia {
    const known = this.#open.find(({ media }) => media.number === number);
    if (known !== undefined) return known.media;
    const media = new SegmentMedia(stretch, number);
    this.#open.push({ wall, media });
    this.#open.sort((a, b) => a.media.number - b.media.number);
    return media;
  }

  /** A segment is sealed; those before it are. */
  seal(segment: Segment, now: Millis): void {
    const at = this.#open.findIndex(({ media }) => media.number === segment.number);
    const media = this.#open.splice(0, at + 1).at(-1)?.media;
    if (media === undefined) throw new RangeError(`Segment ${segment.number} has no chunk`);
    const longest = this.targetDuration + OVERRUN;
    const seconds = Math.max(LEAST_SECONDS, Math.min(segment.seconds, longest));
    const place = this.#place(segment.wall, media.stretch);
    this.#discontinuitySequence = place.discontinuitySequence;
    this.#lastStretch = media.stretch;
    this.#lastNumber = segment.number;
    this.#push(new Entry({ ...place, seconds }, media), now);
  }

  /** One entry for `ms` of media that is missing (rfc8216bis §6.2.1: EXT-X-GAP). */
  appendGap(ms: number, now: Millis): void {
    const { end, last } = this;
    if (end === undefined || last === undefined) return;
    const seconds = ms / 1000;
    const parts = this.partTarget === undefined ? [] : gapParts(seconds, this.partTarget);
    const origin = { stretch: undefined, number: last.number, kinds: [] };
    this.#gapParts = [];
    this.#push(new Entry({ ...this.#place(end, undefined), seconds }, origin, parts), now);
  }

  /** Gap entries up to where media goes on, the last one shorter. @returns whether there were any */
  fillTo(wall: Millis, now: Millis): boolean {
    let filled = false;
    for (let count = 0; count < MOST_GAPS; count += 1) {
      const missing = this.end === undefined ? 0 : wall - this.end;
      // What was listed of a gap stays: it is a gap of at least so much.
      const told = msOf(this.#gapParts);
      if (missing < LEAST_GAP_MS && told === 0) break;
      this.appendGap(Math.max(told, Math.min(missing, this.targetDuration * 1000)), now);
      filled = true;
    }
    return filled;
  }

  /** Gaps for the time that has passed: whole targets, and the whole parts of the one that began. */
  gapUntil(now: Millis): boolean {
    const target = this.targetDuration * 1000;
    let grown = false;
    for (let count = 0; count < MOST_GAPS; count += 1) {
      const missing = this.end === undefined ? 0 : now - this.end;
      if (missing < target) return this.#growGap(missing) || grown;
      this.appendGap(target, now);
      grown = true;
    }
    return grown;
  }

  #growGap(missing: number): boolean {
    const { partTarget } = this;
    if (partTarget === undefined) return false;
    const whole = Math.floor(missing / (partTarget * 1000) + 1e-9);
    if (whole <= this.#gapParts.length) return false;
    this.#gapParts = Array.from({ length: whole }, () => partTarget);
    return true;
  }

  /** The media of a segment by its stretch and number, sealed or open. */
  find(stretch: string, number: number): Entry | SegmentMedia | undefined {
    const open = this.#open.find(({ media }) => media.number === number)?.media;
    if (open !== undefined) return open.stretch.id === stretch ? open : undefined;
    const entry = this.entryOf(number);
    return entry?.stretch?.id === stretch ? entry : undefined;
  }

  /** The entry of a segment by its number alone. */
  entryOf(number: number): Entry | undefined {
    // A gap has the number of the segment before it: the first of a number is the segment.
    let low = 0;
    for (let high = this.#entries.length; low < high; ) {
      const middle = (low + high) >> 1;
      if ((this.#entries[middle]?.number ?? 0) < number) low = middle + 1;
      else high = middle;
    }
    const entry = this.#entries[low];
    return entry?.number === number && entry.stretch !== undefined ? entry : undefined;
  }

  /** The stretch of an id, as long as it has entries. */
  stretch(id: string): ServedStretch | undefined {
    for (const stretch of this.#stretches) if (stretch.id === id) return stretch;
    return undefined;
  }

  /** Number of the oldest segment that is known here. */
  get firstNumber(): number {
    return this.#entries[0]?.number ?? 0;
  }

  /** The stretches of a list, in order. */
  stretches(rewind: boolean): ReadonlySet<ServedStretch> {
    if (rewind && this.#options.archived) return this.#stretches;
    return stretchesOf(this.listed);
  }

  /** Whether the broadcast ever had such a track: then its playlist stays, be it all gaps. */
  hasTrack(kind: TrackKind): boolean {
    return this.#kinds.has(kind);
  }

  /** What ended before is to be had nowhere any more: it leaves, but for what the live list holds. */
  leaveBefore(wall: Millis): boolean {
    const first = this.#entries[0]?.sequence ?? 0;
    const count = this.#entries.findIndex(({ end }) => end > wall);
    const blocks = first + count - ((first + count) % BLOCK) - first;
    if (blocks <= 0) return false;
    this.#leave(blocks);
    return true;
  }

  /** Lets go what left long enough ago. */
  forget(now: Millis): void {
    if (this.#options.archived) return;
    while (this.#head > 0) {
      const until = this.#entries[0]?.until;
      if (this.#head <= MOST_KEPT && until !== undefined && until > now) return;
      this.#leave(1);
    }
  }

  #place(wall: Millis, stretch: ServedStretch | undefined): EntryPlace {
    const { last } = this;
    const first = last === undefined;
    const changes = first ? this.#options.continues : this.#lastStretch !== undefined;
    const discontinuity = stretch !== undefined && changes && this.#lastStretch !== stretch;
    // The first one of a timeline is counted already by the number that it was given.
    const discontinuitySequence = this.#discontinuitySequence + (discontinuity && !first ? 1 : 0);
    return { sequence: this.#nextSequence, wall, discontinuity, discontinuitySequence };
  }

  #push(entry: Entry, now: Millis): void {
    this.#entries.push(entry);
    this.#nextSequence += 1;
    this.#listed += entry.seconds;
    this.#all += entry.seconds;
    this.#learn(entry);
    this.#slide(now);
    this.forget(now);
    if (this.#options.archived) this.#lighten(now);
  }

  #learn({ stretch }: Entry): void {
    if (stretch === undefined || this.#stretches.has(stretch)) return;
    this.#stretches.add(stretch);
    for (const kind of KINDS) if (stretch.track(kind)) this.#kinds.add(kind);
  }

  /** §6.2.2: entries leave the live list in order. */
  #slide(now: Millis): void {
    for (let head = this.#entries[this.#head]; head !== undefined; ) {
      const left = this.#listed - head.seconds;
      const count = this.#entries.length - this.#head;
      if (count <= this.#options.windowSegments) return;
      if (left < (LEAST_TARGETS + (this.#options.behind?.() ?? 0)) * this.targetDuration) return;
      head.until = millis(now + KEPT_TARGETS * this.targetDuration * 1000);
      this.#listed = left;
      this.#head += 1;
      head = this.#entries[this.#head];
    }
  }

  /** Lets bytes go that the archive has, and entries that are too old to rewind to. */
  #lighten(now: Millis): void {
    const first = this.#entries[0]?.sequence ?? 0;
    const at = (sequence: number): Entry | undefined => this.#entries[sequence - first];
    this.#firstHeld = Math.max(this.#firstHeld, first);
    for (let entry = at(this.#firstHeld); entry && this.#isOlder(entry, KEPT_TARGETS); ) {
      if (!this.isElsewhere(entry, now)) break;
      entry.dropBytes();
      this.#firstHeld += 1;
      entry = at(this.#firstHeld);
    }
    // A part stays to be had for three targets after it was listed.
    this.#firstUnsettled = Math.max(this.#firstUnsettled, first);
    const settled = this.partTarget === undefined ? KEPT_TARGETS : PART_TARGETS + KEPT_TARGETS;
    for (let entry = at(this.#firstUnsettled); entry && this.#isOlder(entry, settled); ) {
      if (entry.sequence >= this.#firstHeld) break;
      entry.settle();
      this.#firstUnsettled += 1;
      entry = at(this.#firstUnsettled);
    }
    if (this.#all < this.#options.rewindSeconds) return;
    // Up to a whole number of blocks, whose text is kept.
    this.#leave(BLOCK - (first % BLOCK));
  }

  /** A disk that is slow or full takes nothing: then memory keeps what the live list needs. */
  isElsewhere({ end, until }: Entry, now: Millis): boolean {
    const { recordedTo } = this.#options;
    if (recordedTo === undefined || (until !== undefined && until <= now)) return true;
    return (recordedTo() ?? 0) >= end - RECORDED_SLACK_MS;
  }

  /** The entry ends at least so many targets before the last one does. */
  #isOlder(entry: Entry, targets: number): boolean {
    return (this.end ?? 0) - entry.end >= targets * this.targetDuration * 1000;
  }

  /** The first `count` entries are no more; those of the live list stay. */
  #leave(count: number): void {
    const left = this.#entries.splice(0, Math.min(count, this.#head));
    this.#head -= left.length;
    for (const entry of left) this.#all -= entry.seconds;
    this.#stretches = stretchesOf(this.#entries);
  }
}

/** Discontinuity sequence number with which a list that begins with this entry begins. */
export function discontinuitiesBefore({
  discontinuity,
  discontinuitySequence,
}: EntryPlace): number {
  return discontinuity ? discontinuitySequence - 1 : discontinuitySequence;
}

function stretchesOf(entries: readonly Entry[]): Set<ServedStretch> {
  return new Set(entries.flatMap(({ stretch }) => stretch ?? []));
}

/** Milliseconds of parts. */
function msOf(parts: readonly number[]): number {
  return parts.reduce((sum, seconds) => sum + seconds * 1000, 0);
}
