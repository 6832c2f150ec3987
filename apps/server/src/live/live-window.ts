import { type Millis, plus } from "@oxbow/media";
import {
  type Chunk,
  type PackagerOutput,
  type Segment,
  type Stretch,
  targetDuration,
} from "../packager/index.ts";
import { BandwidthMeter } from "./bandwidth-meter.ts";
import { ServedStretch, type TrackKind } from "./entry.ts";
import {
  type LiveAnswer,
  mediaAnswer,
  type Place,
  placeOf,
  playlistAnswer,
} from "./live-answer.ts";
import { Timeline } from "./timeline.ts";
import { INDEX, indexPlaylist, PLAYLISTS, trackPlaylist } from "./window-playlists.ts";

/** What a live window is made with. */
export type LiveWindowOptions = {
  readonly stream: { readonly id: string; readonly name: string };
  readonly broadcast: string;
  /** Wanted length of a segment, as the packager has it. */
  readonly segmentMs: number;
  /** Entries that stay listed: at least 6, and as many as three targets need. */
  readonly windowSegments: number;
  /** Numbers of the first entry, beyond all that the stream has used: they never fall back. */
  readonly firstMediaSequence: number;
  readonly firstDiscontinuitySequence: number;
  /** Target duration in seconds, where the broadcast has one already (a restart of the server). */
  readonly targetDuration?: number;
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
/** Listeners of one window: one for each waiting viewer. */
const MOST_LISTENERS = 10_000;

/**
 * The live window of one broadcast: its newest segments in memory, and the playlists that list them.
 * It holds only references to buffers, and lets go what leaves it.
 */
export class LiveWindow implements PackagerOutput {
  readonly stream: { readonly id: string; readonly name: string };
  readonly broadcast: string;
  readonly #options: LiveWindowOptions;
  #state: State = { at: "on air" };
  /** Exists from the first sealed segment on, which fixes the target. */
  #timeline: Timeline | undefined;
  #bandwidth: BandwidthMeter | undefined;
  #stretch: ServedStretch | undefined;
  #changedAt: Millis;
  readonly #rendered = new Map<string, LiveAnswer>();
  readonly #listeners = new Set<() => void>();

  constructor(options: LiveWindowOptions) {
    this.#options = options;
    this.stream = options.stream;
    this.broadcast = options.broadcast;
    this.#changedAt = options.now();
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

  stretchBegan(stretch: Stretch): void {
    this.#stretch = new ServedStretch(stretch);
    // Also where nobody said that the encoder was gone: a jump of its clock leaves a hole as well.
    if (this.#state.at !== "ended") this.#state = { at: "resuming" };
  }

  chunkSealed(chunk: Chunk): void {
    if (this.#state.at !== "resuming") return;
    const lead = this.#stretch?.track("video") ?? this.#stretch?.track("audio");
    if (chunk.track === lead?.id) this.#resume(chunk.wall);
  }

  segmentSealed(segment: Segment): void {
    if (this.#state.at === "ended" || this.#stretch === undefined) return;
    if (this.#state.at === "resuming") this.#resume(segment.wall);
    const now = this.#options.now();
    this.#stretch.measure(segment);
    this.#timeline ??= this.#begin(segment);
    this.#timeline.append(segment, this.#stretch, now);
    const bytes = segment.tracks.reduce((sum, track) => sum + track.bytes, 0);
    this.#bandwidth?.add(bytes, this.#timeline.entries.at(-1)?.seconds ?? 0);
    this.#changed(now);
  }

  /** Nothing changes: whether media is missing from here on is told by `interrupted` or `ended`. */
  stretchEnded(): void {}

  /** The encoder is gone: from `at` on, gaps stand for the missing media. */
  interrupted(at: Millis): void {
    if (this.#state.at === "ended") return;
    this.#state = { at: "interrupted" };
    this.#advance(at);
  }

  /** No more media will come. The window stays readable. */
  ended(): void {
    if (this.#state.at === "ended") return;
    this.#state = { at: "ended" };
    this.#changed(this.#options.now());
  }

  /**
   * Brings gaps up to date and lets go what left the window. Readers need not wait for it: every
   * answer is brought up to date first. Listeners do, so call it about each second.
   */
  tick(now: Millis): void {
    this.#advance(now);
    this.#timeline?.forget(now);
  }

  /** The multivariant playlist; undefined until the first segment is sealed. */
  multivariant(base = ""): Buffer | undefined {
    const timeline = this.#timeline;
    const stretch = timeline?.entries.findLast((entry) => entry.stretch)?.stretch ?? this.#stretch;
    if (timeline === undefined || stretch === undefined || this.#bandwidth === undefined) {
      return undefined;
    }
    return Buffer.from(indexPlaylist(timeline, stretch, this.#bandwidth, base));
  }

  /** The media playlist of a track; undefined while nothing listed has such a track. */
  media(kind: TrackKind): Buffer | undefined {
    const text =
      this.#timeline && trackPlaylist(this.#timeline, this.broadcast, kind, this.isEnded);
    return text === undefined ? undefined : Buffer.from(text);
  }

  /** The initialization section of a stretch that has entries. */
  init(stretch: string, kind: TrackKind): Buffer | undefined {
    return this.#timeline?.stretch(stretch)?.init(kind);
  }

  /** A segment by its media sequence number, listed or lately so. */
  segment(sequence: number, kind: TrackKind): readonly Uint8Array[] | undefined {
    return this.#timeline?.find(sequence)?.body(kind);
  }

  /**
   * What stands at a path relative to `/live/{stream}/`. Playlists are rendered once for each change,
   * and all readers get the same bytes. Undefined where nothing stands (404, to be kept no longer
   * than `missMaxAge` seconds).
   */
  route(path: string): LiveAnswer | undefined {
    const place = placeOf(path, this.broadcast);
    if (place === undefined) return undefined;
    if (place.at === "segment")
      return mediaAnswer(place.kind, this.segment(place.sequence, place.kind));
    if (place.at === "init") {
      const init = this.init(place.stretch, place.kind);
      return mediaAnswer(place.kind, init && [init]);
    }
    return this.#playlist(place);
  }

  /** Seconds that a cache may keep a refusal: one target (rfc8216bis §B.1). */
  get missMaxAge(): number {
    return this.targetDuration ?? 1;
  }

  /**
   * Calls `listener` after each change, until the function that it returns is called.
   * @returns undefined where too many wait already
   */
  onChange(listener: () => void): (() => void) | undefined {
    if (this.#listeners.size >= MOST_LISTENERS) return undefined;
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #playlist(place: Extract<Place, { at: "playlist" }>): LiveAnswer | undefined {
    this.#advance(this.#options.now());
    const name = place.kind === undefined ? INDEX : PLAYLISTS[place.kind];
    const known = this.#rendered.get(name);
    if (known !== undefined) return known;
    const body = place.kind === undefined ? this.multivariant() : this.media(place.kind);
    if (body === undefined || this.#timeline === undefined) return undefined;
    const answer = playlistAnswer(body, this.#timeline.targetDuration);
    this.#rendered.set(name, answer);
    return answer;
  }

  #begin(first: Segment): Timeline {
    const { windowSegments, firstMediaSequence, firstDiscontinuitySequence } = this.#options;
    const target =
      this.#options.targetDuration ?? targetDuration(first.seconds, this.#options.segmentMs);
    this.#bandwidth = new BandwidthMeter(target);
    return new Timeline({
      targetDuration: target,
      windowSegments: Math.max(LEAST_SEGMENTS, windowSegments),
      firstMediaSequence,
      firstDiscontinuitySequence,
    });
  }

  /** Media goes on at `wall`: what lies before it and was not sent is a gap. */
  #resume(wall: Millis): void {
    this.#state = { at: "on air" };
    const now = this.#options.now();
    if (this.#timeline?.fillTo(wall, now)) this.#changed(now);
  }

  /**
   * While media is missing, appends a gap of one target when the clock has passed it, and in any case
   * within one and a half targets of the last change (rfc8216bis §6.2.1): media that was published
   * faster than real time may lie ahead of the clock.
   */
  #advance(now: Millis): void {
    const timeline = this.#timeline;
    if (this.#state.at !== "interrupted" || timeline?.end === undefined) return;
    const target = timeline.targetDuration * 1000;
    let appended = timeline.fillTo(plus(timeline.end, wholes(now - timeline.end, target)), now);
    if (!appended && now >= this.#changedAt + 1.5 * target) {
      timeline.appendGap(target, now);
      appended = true;
    }
    if (appended) this.#changed(now);
  }

  #changed(now: Millis): void {
    this.#changedAt = now;
    this.#rendered.clear();
    for (const listener of this.#listeners) listener();
  }
}

/** The whole multiples of `unit` in `ms`. */
function wholes(ms: number, unit: number): number {
  return ms < unit ? 0 : ms - (ms % unit);
}
