import type { Millis } from "@oxbow/media";
import type { Chunk, PackagerOutput, Segment, Stretch } from "../packager/index.ts";
import { BandwidthMeter } from "./bandwidth-meter.ts";
import { type Entry, SegmentMedia } from "./entry.ts";
import type { Growth } from "./growing-segments.ts";
import { renditionPlaylist, SOUND_PLAYLIST } from "./paths.ts";
import { RenditionRuns } from "./rendition-runs.ts";
import { type RenditionState, RenditionTrack } from "./rendition-track.ts";
import { KINDS, ServedStretch, type TrackKind } from "./served-stretch.ts";
import type { Timeline } from "./timeline.ts";

/** A rendition as the ladder has it. */
export type DeclaredRendition = {
  /** `720p`: part of its playlist's name. */
  readonly name: string;
  /** Bits a second of its pictures, as they are asked of the encoder. */
  readonly bitrate: number;
  /** What leaves the memory is still to be had. */
  readonly recorded: boolean;
};

/** What a rendition asks of its window. */
export interface RenditionHost {
  /** Seconds; present where parts are listed. */
  readonly partTarget: number | undefined;
  /** Exists from the source's first sealed segment on. */
  readonly timeline: Timeline | undefined;
  /** The source's newest stretch, and whether more comes of it. */
  readonly source: ServedStretch | undefined;
  readonly isFed: boolean;
  /** The broadcast is over, and what is late is waited for until then. */
  readonly lateUntil: Millis | undefined;
  now(): Millis;
  /** What its playlists say has changed. */
  touch(): void;
  /** A segment of it is whole, and listed as such. */
  renditionSealed(name: string, segment: Segment): void;
}

/** A segment is waited for until a playlist would have been without a new one for so many targets (rfc8216bis §6.2.1). */
const PATIENCE_TARGETS = 1.5;
/** … but for this share of one since the source has it. */
const LEAST_PATIENCE = 0.5;
/** … and no longer than until the list is so many targets behind the source's. */
export const MOST_BEHIND = 2;
/** Media is kept while its parts are listed and three targets more, and as long as a rendition may be behind. */
const KEPT_TARGETS = 8;

/**
 * A rendition in the live window. The source's entries are its own, segment by segment under the same
 * numbers; what it has not in time, or lost, is a gap for good.
 */
export class Rendition implements PackagerOutput, RenditionState {
  readonly name: string;
  readonly bitrate: number;
  readonly recorded: boolean;
  readonly runs = new RenditionRuns();
  readonly video: RenditionTrack;
  /** Of use where it is not the source's. */
  readonly audio: RenditionTrack;
  readonly #host: RenditionHost;
  readonly #media = new Map<number, SegmentMedia>();
  readonly #kinds = new Set<TrackKind>();
  #meter: BandwidthMeter | undefined;
  #stretch: ServedStretch | undefined;
  #isFed = false;
  #isLost = false;
  #decided = -1;
  #through: number | undefined;
  #changedAt: Millis | undefined;
  /** Since when the source has the entry that comes next here. */
  #waitsSince: Millis | undefined;

  constructor({ name, bitrate, recorded }: DeclaredRendition, host: RenditionHost) {
    this.name = name;
    this.bitrate = bitrate;
    this.recorded = recorded;
    this.#host = host;
    this.video = new RenditionTrack("video", renditionPlaylist(name), this);
    this.audio = new RenditionTrack("audio", SOUND_PLAYLIST, this);
  }

  get through(): number | undefined {
    return this.#through;
  }

  get decided(): number {
    return this.#decided;
  }

  /** The newest stretch. */
  get stretch(): ServedStretch | undefined {
    return this.#stretch;
  }

  get fed(): ServedStretch | undefined {
    return this.#isFed ? this.#stretch : undefined;
  }

  /** It gives media, or will as far as anybody knows: new players may begin with it. */
  get isRunning(): boolean {
    const { source } = this.#host;
    if (this.#stretch === undefined || this.#isLost) return false;
    const since = Math.max(this.#stretch.firstSegment, source?.firstSegment ?? 0);
    return this.#decided < since || !this.isGap(this.#decided);
  }

  /** What becomes of a segment that is being sent while it grows. */
  growthOf(number: number): Growth {
    if (this.runs.has(number)) return "sealed";
    return number > this.#decided && this.#isFed ? "open" : "lost";
  }

  line(kind: TrackKind): RenditionTrack {
    return kind === "video" ? this.video : this.audio;
  }

  /** A stretch of it by its id, as long as it is known here. */
  stretchOf(id: string): ServedStretch | undefined {
    return this.#stretch?.id === id ? this.#stretch : this.runs.stretch(id);
  }

  /** Its stretches that are listed, and the newest. */
  listedStretches(): Iterable<ServedStretch> {
    const { timeline } = this.#host;
    const stretches = this.runs.stretchesFrom(timeline?.listed[0]?.number ?? 0);
    return this.#stretch === undefined ? stretches : new Set([...stretches, this.#stretch]);
  }

  /** Measured bits a second of all its tracks; undefined while nothing was. */
  get bandwidth(): BandwidthMeter | undefined {
    return this.#meter;
  }

  media(number: number): SegmentMedia | undefined {
    return this.#media.get(number);
  }

  isGap(number: number): boolean {
    return number <= this.#decided && !this.runs.has(number);
  }

  has(kind: TrackKind): boolean {
    return this.#kinds.has(kind);
  }

  stretchBegan(stretch: Stretch): void {
    if (this.#isOver(this.#host.now())) return;
    this.#stretch = new ServedStretch(stretch);
    for (const kind of KINDS) if (this.#stretch.track(kind)) this.#kinds.add(kind);
    this.#isFed = true;
    this.#isLost = false;
    this.#decide(stretch.firstSegment - 1);
    this.advance(this.#host.now());
    this.#host.touch();
  }

  chunkSealed(chunk: Chunk): void {
    const stretch = this.#stretch;
    // What comes too late is a gap already.
    if (stretch === undefined || chunk.segment <= this.#decided) return;
    const media = this.#media.get(chunk.segment) ?? new SegmentMedia(stretch, chunk.segment);
    this.#media.set(chunk.segment, media);
    media.add(chunk, this.#host.partTarget);
    if (this.#host.partTarget !== undefined) this.#host.touch();
  }

  trackLeft({ segment, track }: Pick<Chunk, "segment" | "track">): void {
    this.#media.get(segment)?.leave(track);
    if (this.#host.partTarget !== undefined) this.#host.touch();
  }

  segmentSealed(segment: Segment): void {
    const { number } = segment;
    const stretch = this.#stretch;
    const media = this.#media.get(number);
    if (stretch === undefined || number <= this.#decided) return;
    this.#decide(number);
    if (media !== undefined && segment.broken === undefined) {
      const kinds = KINDS.filter((kind) => media.track(kind) !== undefined);
      this.runs.add(stretch, number, kinds);
      if (number === stretch.firstSegment) stretch.correct(segment);
      const bytes = segment.tracks.reduce((sum, track) => sum + track.bytes, 0);
      this.#measure(bytes, segment.seconds);
      this.#host.renditionSealed(this.name, segment);
    }
    this.advance(this.#host.now());
    this.#host.touch();
  }

  stretchEnded(): void {
    this.#isFed = false;
    this.advance(this.#host.now());
    this.#host.touch();
  }

  lost(): void {
    this.#isFed = false;
    this.#isLost = true;
    this.advance(this.#host.now());
    this.#host.touch();
  }

  /**
   * Lists what is known by now: media, or that there is none. The broadcast's end ends all waiting.
   * @returns whether anything was listed
   */
  advance(now: Millis): boolean {
    const { timeline } = this.#host;
    const { first } = timeline ?? {};
    if (timeline === undefined || first === undefined || this.#stretch === undefined) return false;
    this.#through ??= first.sequence - 1;
    this.#changedAt ??= now;
    this.#settleEnded(timeline);
    const before = this.#through;
    for (let entry = timeline.at(before + 1); entry && this.#isKnown(entry, timeline, now); ) {
      this.#through = entry.sequence;
      this.#changedAt = now;
      this.#waitsSince = undefined;
      entry = timeline.at(entry.sequence + 1);
    }
    const grew = this.#growLost(timeline);
    this.#forget(timeline, now);
    return this.#through > before || grew;
  }

  #isKnown(entry: Entry, timeline: Timeline, now: Millis): boolean {
    if (entry.stretch === undefined || entry.number <= this.#decided) return true;
    const isGone = this.#isLost || this.#isOver(now) || this.#isLate(entry, timeline, now);
    if (!isGone) return false;
    this.#decide(entry.number);
    return true;
  }

  #isOver(now: Millis): boolean {
    const { lateUntil } = this.#host;
    return lateUntil !== undefined && now >= lateUntil;
  }

  #isLate(entry: Entry, { targetDuration, end }: Timeline, now: Millis): boolean {
    const target = targetDuration * 1000;
    this.#waitsSince ??= now;
    const least = this.#waitsSince + LEAST_PATIENCE * target;
    const most = (this.#changedAt ?? now) + PATIENCE_TARGETS * target;
    return now >= Math.max(least, most) || (end ?? 0) - entry.wall >= MOST_BEHIND * target;
  }

  /** Of a stretch of the source that is over, all is here that will be, once the rendition's is over. */
  #settleEnded({ last }: Timeline): void {
    const { source, isFed } = this.#host;
    if (this.#isFed || this.#stretch === undefined || source === undefined) return;
    if (this.#stretch.firstSegment < source.firstSegment) this.#decide(source.firstSegment - 1);
    else if (!isFed && last !== undefined) this.#decide(last.number);
  }

  /** In low latency what is lost is told part by part, as the source goes on. */
  #growLost(timeline: Timeline): boolean {
    const { open, partTarget } = timeline;
    if (open === undefined || partTarget === undefined || this.#through === undefined) return false;
    if (timeline.at(this.#through + 1) !== undefined) return false;
    if (this.#isLost && timeline.openMs >= partTarget * 1000) this.#decide(open.media.number);
    const grew = this.video.growLost(timeline);
    return this.audio.growLost(timeline) || grew;
  }

  #decide(number: number): void {
    this.#decided = Math.max(this.#decided, number);
  }

  #measure(bytes: number, seconds: number): void {
    this.#meter ??= new BandwidthMeter(this.#host.timeline?.targetDuration ?? seconds);
    this.#meter.add(bytes, seconds);
  }

  /** Lets media go that the archive has, or that nobody may ask for any more. */
  #forget(timeline: Timeline, now: Millis): void {
    const kept = (timeline.end ?? 0) - KEPT_TARGETS * 1000 * timeline.targetDuration;
    for (const number of this.#media.keys()) {
      const entry = timeline.entryOf(number);
      if (entry === undefined && number >= timeline.firstNumber) break;
      if (entry !== undefined) {
        const left = entry.until !== undefined && entry.until <= now;
        const elsewhere = this.recorded && entry.end <= kept && timeline.isElsewhere(entry, now);
        if (!left && !elsewhere) break;
      }
      this.#media.delete(number);
      this.video.forgetBefore(number + 1);
      this.audio.forgetBefore(number + 1);
    }
    this.runs.forgetBefore(timeline.firstNumber);
  }
}
