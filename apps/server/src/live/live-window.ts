import type { ClosedCaptions } from "@oxbow/hls";
import { type Millis, plus } from "@oxbow/media";
import {
  type Chunk,
  type MediaPlace,
  mediaPlace,
  type PackagerOutput,
  type Segment,
  type Stretch,
  targetDuration,
} from "../packager/index.ts";
import { BandwidthMeter } from "./bandwidth-meter.ts";
import { Entry, type SegmentMedia } from "./entry.ts";
import { GrowingSegments, type Growth } from "./growing-segments.ts";
import { indexPlaylist } from "./index-playlist.ts";
import { Ladder } from "./ladder.ts";
import type { LiveReply, Rendering } from "./live-answer.ts";
import { CLOCK, clockAnswer, LiveManifest, MANIFEST, MANIFEST_TYPE } from "./live-manifest.ts";
import type { Markers, Marks } from "./markers.ts";
import { MediaRoute, type MediaSource, type OlderMedia } from "./media-route.ts";
import { INDEX } from "./paths.ts";
import { type ListedWindow, PlaylistRoute } from "./playlist-route.ts";
import type { RecordedStretch } from "./recorded-entries.ts";
import { Renderings } from "./renderings.ts";
import type { DeclaredRendition, RenditionHost } from "./rendition.ts";
import { ServedStretch, type TrackKind } from "./served-stretch.ts";
import { Timeline } from "./timeline.ts";
import { SourceLine, type TrackLine } from "./track-line.ts";
import { Waiters } from "./waiters.ts";

/** What a live window is made with. */
export type LiveWindowOptions = {
  readonly stream: { readonly id: string; readonly name: string };
  readonly broadcast: string;
  /** Wanted length of a segment, as the packager has it. */
  readonly segmentMs: number;
  /** Longest part, as the packager has it; present where parts are listed (low latency). */
  readonly partMs?: number;
  /** Entries that stay listed: at least 6, and as many as three targets need. */
  readonly windowSegments: number;
  /** Numbers of the first entry, beyond all that the stream has used: they never fall back. */
  readonly firstMediaSequence: number;
  readonly firstDiscontinuitySequence: number;
  /** Target duration in seconds, where the broadcast has one already (a restart of the server). */
  readonly targetDuration?: number;
  /** Where the bytes are that are here no more; without it, only the live list is to be had. */
  readonly older?: OlderMedia;
  /** Up to where the stream's media is recorded; absent where all of it is as soon as it is sealed. */
  readonly recordedTo?: () => Millis | undefined;
  /** Where the stream's recorded media begins by now: retention takes it. It never rejects. */
  readonly oldest?: () => Promise<Millis | undefined>;
  /** How far back the list of the whole broadcast may reach, in seconds; half a day unless told. */
  readonly rewindSeconds?: number;
  /** What the broadcast recorded before the server started, oldest first. It never rejects. */
  readonly recorded?: Promise<readonly RecordedStretch[]>;
  readonly markers?: Markers;
  readonly now: () => Millis;
};

type State =
  | { readonly at: "on air" }
  /** Media is missing: gaps are appended as time passes. */
  | { readonly at: "interrupted" }
  /** A stretch began; where it begins is known by its first part. */
  | { readonly at: "resuming" }
  | { readonly at: "ended" };

/** Fewer entries than this would make players stall (Apple's authoring rules, 8.11). */
const LEAST_SEGMENTS = 6;
/** Nobody is held longer than so many targets (rfc8216bis §6.2.5.2). */
const HELD_TARGETS = 3;
/** How long renditions may be behind when the source ends. */
const LATE_MS = 2000;
const REWIND_SECONDS = 12 * 3600;
/** How often it is asked what retention has taken. */
const RETENTION_MS = 60_000;
const NO_QUERY = new URLSearchParams();

/**
 * The live window of one broadcast: its timeline, the playlists that list it, and the bytes of its end.
 * Buffers are held by reference and let go when the archive has them, or when they left the list.
 */
export class LiveWindow implements PackagerOutput, RenditionHost, MediaSource, ListedWindow {
  readonly stream: { readonly id: string; readonly name: string };
  readonly broadcast: string;
  readonly #options: LiveWindowOptions;
  readonly #media: MediaRoute;
  readonly #waiters = new Waiters<LiveReply>();
  readonly #growing = new GrowingSegments({
    growthOf: (media) => this.#growthOf(media),
    patience: () => this.holdUntil(),
  });
  readonly #lines = {
    video: new SourceLine("video", () => this.#fed),
    audio: new SourceLine("audio", () => this.#fed),
  };
  readonly ladder = new Ladder(this);
  readonly #manifest = new LiveManifest(this.ladder);
  readonly #renderings: Renderings;
  readonly #playlists: PlaylistRoute;
  readonly #unmark: (() => void) | undefined;
  #state: State = { at: "on air" };
  /** Exists from the first sealed segment on, which fixes the target. */
  #timeline: Timeline | undefined;
  /** Chunks of the segments before the timeline begins. */
  #early: Chunk[] = [];
  #recorded: readonly RecordedStretch[] = [];
  #bandwidth: BandwidthMeter | undefined;
  #captions: readonly ClosedCaptions[] | undefined;
  #stretch: ServedStretch | undefined;
  /** Of the stretch, more will come. */
  #isFed = false;
  #lateUntil: Millis | undefined;
  #endedAt: Millis | undefined;
  /** The manifest that was rendered last is static. */
  #isManifestStatic = false;
  #changedAt: Millis;
  #retainedAt: Millis;

  constructor(options: LiveWindowOptions) {
    this.#options = options;
    this.stream = options.stream;
    this.broadcast = options.broadcast;
    this.#changedAt = options.now();
    this.#retainedAt = this.#changedAt;
    this.#renderings = new Renderings(`${options.broadcast}.${options.now().toString(36)}`);
    this.#playlists = new PlaylistRoute(this, this.#renderings, this.#waiters);
    this.#media = new MediaRoute(this, options.older, this.#waiters, this.#growing);
    this.#unmark = options.markers?.onChanged(this.broadcast, () => this.touch());
    void this.#readRecorded();
  }

  /** Seconds; undefined before the first segment. It never changes. */
  get targetDuration(): number | undefined {
    return this.#timeline?.targetDuration ?? this.#options.targetDuration;
  }

  /** Media sequence number of the next entry. */
  get nextMediaSequence(): number {
    return this.#timeline?.nextMediaSequence ?? this.#options.firstMediaSequence;
  }

  /** Discontinuity sequence number with which another window of this stream may begin. */
  get nextDiscontinuitySequence(): number {
    return this.#timeline?.nextDiscontinuitySequence ?? this.#options.firstDiscontinuitySequence;
  }

  /** Measured bits a second of all tracks together, so far. */
  get bandwidth(): { readonly peak: number; readonly average: number } | undefined {
    const meter = this.#bandwidth;
    return meter && { peak: meter.peak, average: meter.average };
  }

  get isEnded(): boolean {
    return this.#state.at === "ended";
  }

  /** Entries, open parts and all: for manifests. Undefined before the first segment is sealed. */
  get timeline(): Timeline | undefined {
    return this.#timeline;
  }

  /** Seconds; present where parts are listed. */
  get partTarget(): number | undefined {
    const { partMs } = this.#options;
    return partMs === undefined ? undefined : partMs / 1000;
  }

  /** The source's stretch that is fed, or was last. */
  get source(): ServedStretch | undefined {
    return this.#stretch;
  }

  /** More comes of it. */
  get isFed(): boolean {
    return this.#isFed;
  }

  /** It is over, and what is late of its renditions is waited for until then. */
  get lateUntil(): Millis | undefined {
    return this.#lateUntil;
  }

  now(): Millis {
    return this.#options.now();
  }

  sourceLine(kind: TrackKind): TrackLine {
    return this.#lines[kind];
  }

  lines(rewind: boolean): readonly TrackLine[] {
    return [this.#lines.video, this.#lines.audio, ...this.ladder.lines(rewind)];
  }

  marks(): Marks | undefined {
    return this.#options.markers?.dateRanges(this.broadcast);
  }

  holdUntil(): Millis {
    return plus(this.#options.now(), HELD_TARGETS * 1000 * (this.targetDuration ?? 1));
  }

  /**
   * Where the media of a rendition goes, as a follower of the source cuts it. Declared in time, before
   * media begins; asked for again, it is the same.
   */
  rendition(declared: DeclaredRendition): PackagerOutput {
    return this.ladder.rendition(declared);
  }

  /** Which captions are in the source's pictures, and so in all: known by now, or none. */
  captions(services: readonly ClosedCaptions[]): void {
    this.#captions = services;
    this.touch();
  }

  /** How many readers are held. */
  get waiting(): number {
    return this.#waiters.size;
  }

  stretchBegan(stretch: Stretch): void {
    this.#stretch = new ServedStretch(stretch);
    this.#isFed = true;
    // Also where nobody said that the encoder was gone: a jump of its clock leaves a hole as well.
    if (this.#state.at !== "ended") this.#state = { at: "resuming" };
    this.touch();
  }

  chunkSealed(chunk: Chunk): void {
    if (this.#state.at === "ended" || this.#stretch === undefined) return;
    if (this.#timeline === undefined) {
      this.#early.push(chunk);
      return;
    }
    if (this.#state.at === "resuming") this.#resume(chunk.segmentWall);
    this.#timeline.add(chunk, this.#stretch);
    this.#growing.changed();
    const isListed = this.#timeline.open?.media.number === chunk.segment;
    if (this.#timeline.partTarget === undefined || !isListed) return;
    this.ladder.advance(this.#options.now());
    this.touch();
  }

  trackLeft(place: Pick<Chunk, "stretch" | "track" | "segment">): void {
    if (this.#timeline?.partTarget === undefined) return;
    this.#timeline.leave(place);
    // Who comes now is not told to wait for a part that will not be.
    this.touch();
  }

  segmentSealed(segment: Segment): void {
    if (this.#state.at === "ended" || this.#stretch === undefined) return;
    const now = this.#options.now();
    this.#stretch.measure(segment);
    this.#timeline ??= this.#begin(segment, this.#stretch);
    if (this.#state.at === "resuming") this.#resume(segment.wall);
    this.#timeline.seal(segment, now);
    this.ladder.advance(now);
    this.#manifest.append(segment, this.#timeline.listed, this.#stretch);
    const bytes = segment.tracks.reduce((sum, track) => sum + track.bytes, 0);
    this.#bandwidth?.add(bytes, this.#timeline.last?.seconds ?? 0);
    this.#changed(now);
  }

  /** Whether media is missing from here on is told by `interrupted` or `ended`. */
  stretchEnded(): void {
    this.#isFed = false;
    this.touch();
  }

  /** The encoder is gone: from `at` on, gaps stand for the missing media. */
  interrupted(at: Millis): void {
    if (this.#state.at === "ended") return;
    this.#state = { at: "interrupted" };
    this.#isFed = false;
    this.#advance(at);
    this.touch();
  }

  /** No more media will come, but of renditions what is late. The window stays readable. */
  ended(): void {
    if (this.#state.at === "ended") return;
    const now = this.#options.now();
    this.#state = { at: "ended" };
    this.#isFed = false;
    this.#endedAt = now;
    this.#lateUntil = plus(now, LATE_MS);
    this.#timeline?.finish(now);
    this.ladder.advance(now);
    this.#changed(now);
  }

  /** Takes the window away: who still waits is answered. */
  close(): void {
    this.ended();
    this.#lateUntil = this.#options.now();
    if (this.ladder.advance(this.#lateUntil)) this.touch();
    this.#unmark?.();
  }

  /**
   * Brings gaps up to date, lets go what left the window, and ends waits that lasted too long. Call it
   * at least as often as parts come.
   */
  tick(now: Millis): void {
    this.#advance(now);
    this.#timeline?.forget(now);
    this.#waiters.expire(now);
    this.#growing.expire(now);
    if (now < this.#retainedAt + RETENTION_MS) return;
    this.#retainedAt = now;
    void this.#leaveEvicted();
  }

  /**
   * What stands at a path relative to `/live/{stream}/`. Playlists are rendered once for each change,
   * and all readers get the same bytes. A promise where the answer is held until it is there, or comes
   * from the archive; `gone` ends the wait. Undefined where nothing stands. Faults `invalid_request`,
   * `unavailable`, `limit_reached`.
   */
  route(
    path: string,
    query: URLSearchParams = NO_QUERY,
    gone?: AbortSignal,
  ): LiveReply | undefined | Promise<LiveReply | undefined> {
    if (path === CLOCK) return clockAnswer(this.#options.now());
    if (path === MANIFEST) return this.#dash()?.plain;
    const place = mediaPlace(path);
    if (place !== undefined) {
      return this.#media.answer(place, { path, until: this.holdUntil(), gone });
    }
    this.#advance(this.#options.now());
    if (path === INDEX) return this.#index(query.get("dvr") === "1")?.plain;
    return this.#playlists.answer(path, query, gone);
  }

  /** See `MediaRoute.extent`. */
  extentOf(place: MediaPlace): { readonly from: number; readonly to: number } | undefined {
    return this.#media.extent(place);
  }

  /** The first and the last entry of a list; undefined while it is empty. */
  listed(rewind: boolean): { readonly first: Entry; readonly last: Entry } | undefined {
    const timeline = this.#timeline;
    const entries = rewind ? timeline?.all : timeline?.listed;
    const [first, last] = [entries?.[0], entries?.at(-1)];
    return first && last && { first, last };
  }

  /** A segment of a rendition is whole. */
  renditionSealed(name: string, segment: Segment): void {
    this.#manifest.supply(name, segment);
  }

  async #readRecorded(): Promise<void> {
    this.#recorded = (await this.#options.recorded) ?? [];
    this.ladder.seed(this.#recorded);
  }

  async #leaveEvicted(): Promise<void> {
    const oldest = await this.#options.oldest?.();
    if (oldest !== undefined && this.#timeline?.leaveBefore(oldest)) this.touch();
  }

  #growthOf(media: SegmentMedia): Growth {
    const { stretch, number } = media;
    const rendition = this.ladder.ownerOf(media);
    if (rendition !== undefined) return rendition.growthOf(number);
    const found = this.#timeline?.find(stretch.id, number);
    if (found instanceof Entry) return "sealed";
    return found !== undefined && this.#isFed && stretch === this.#stretch ? "open" : "lost";
  }

  #index(rewind: boolean): Rendering | undefined {
    const name = `index${rewind ? ".dvr" : ""}`;
    return this.#renderings.get(name, this.#timeline, (timeline) => {
      const stretches = timeline.stretches(rewind);
      const stretch = [...stretches].at(-1) ?? this.#stretch;
      if (stretch === undefined || this.#bandwidth === undefined) return undefined;
      const content = {
        stretches,
        stretch,
        bandwidth: this.#bandwidth,
        renditions: this.ladder.offered(rewind),
        captions: this.#captions,
        query: rewind ? "?dvr=1" : "",
      };
      return [Buffer.from(indexPlaylist(content))];
    });
  }

  #dash(): Rendering | undefined {
    const now = this.#options.now();
    this.#advance(now);
    const told = this.#isTold(now);
    // Nothing else changes then.
    if (told && !this.#isManifestStatic) this.#renderings.changed();
    this.#isManifestStatic = told;
    const make = (timeline: Timeline): readonly Buffer[] | undefined => {
      const [ended, fed, captions] = [this.isEnded, this.#isFed, this.#captions];
      const moment = { now, ended, told, fed, captions };
      const text = this.#manifest.text(timeline, moment);
      return text === undefined ? undefined : [Buffer.from(text)];
    };
    return this.#renderings.get(MANIFEST, this.#timeline, make, MANIFEST_TYPE);
  }

  /** It is over, and who plays by the manifest knows. */
  #isTold(now: Millis): boolean {
    const target = this.targetDuration;
    if (this.#endedAt === undefined || target === undefined) return this.isEnded;
    return now >= this.#manifest.toldAt(this.#endedAt, target);
  }

  /** The stretch whose media comes next. */
  get #fed(): ServedStretch | undefined {
    return this.#isFed ? this.#stretch : undefined;
  }

  #begin(first: Segment, stretch: ServedStretch): Timeline {
    const { windowSegments, firstMediaSequence, firstDiscontinuitySequence } = this.#options;
    const { targetDuration: told, segmentMs, older, recordedTo } = this.#options;
    const { rewindSeconds = REWIND_SECONDS } = this.#options;
    const target = told ?? targetDuration(first.seconds, segmentMs);
    this.#bandwidth = new BandwidthMeter(target);
    const timeline = new Timeline({
      targetDuration: target,
      windowSegments: Math.max(LEAST_SEGMENTS, windowSegments),
      firstMediaSequence,
      firstDiscontinuitySequence,
      partTarget: this.partTarget,
      archived: older !== undefined,
      ...(recordedTo && { recordedTo }),
      rewindSeconds,
      before: { stretches: this.#recorded, until: first.wall },
      behind: () => this.ladder.behind,
      continues: told !== undefined,
    });
    for (const chunk of this.#early) timeline.add(chunk, stretch);
    this.#early = [];
    return timeline;
  }

  /** Media goes on at `wall`: what lies before it and was not sent is a gap. */
  #resume(wall: Millis): void {
    this.#state = { at: "on air" };
    const now = this.#options.now();
    if (this.#timeline?.fillTo(wall, now)) this.#changed(now);
  }

  /**
   * While media is missing, appends gaps of one target, and in low latency of one part, when the clock
   * has passed them; and in any case a gap within one and a half targets of the last change
   * (rfc8216bis §6.2.1): media that was published faster than real time may lie ahead of the clock.
   */
  #advance(now: Millis): void {
    const timeline = this.#timeline;
    if (this.ladder.advance(now)) this.touch();
    if (this.#state.at !== "interrupted" || timeline?.end === undefined) return;
    const target = timeline.targetDuration * 1000;
    let appended = timeline.gapUntil(now);
    if (!appended && timeline.end > now && now >= this.#changedAt + 1.5 * target) {
      timeline.appendGap(target, now);
      appended = true;
    }
    if (!appended) return;
    this.ladder.advance(now);
    this.#changed(now);
  }

  #changed(now: Millis): void {
    this.#changedAt = now;
    this.touch();
  }

  /** What was rendered is out of date. */
  touch(): void {
    this.#renderings.changed();
    this.#playlists.changed();
    this.#waiters.changed();
    this.#growing.changed();
  }
}
