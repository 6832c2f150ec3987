import type { Millis } from "@oxbow/media";
import type { MediaPlace } from "../packager/index.ts";
import { Entry, type SegmentMedia } from "./entry.ts";
import type { GrowingSegments } from "./growing-segments.ts";
import type { Ladder } from "./ladder.ts";
import { type LiveAnswer, type LiveReply, mediaAnswer } from "./live-answer.ts";
import { kindOf } from "./paths.ts";
import type { ServedStretch, TrackKind } from "./served-stretch.ts";
import type { Timeline } from "./timeline.ts";
import { type ComingPart, isComplete, type TrackLine } from "./track-line.ts";
import type { TrackMedia } from "./track-media.ts";
import type { Waiters } from "./waiters.ts";

/** Who has the media that is in memory no more. Undefined: there is no such thing. */
export type OlderMedia = (
  place: MediaPlace,
) => Promise<{ readonly body: readonly Uint8Array[] } | undefined>;

/** A segment, or a part of it, in one of the playlists. */
type SegmentPlace = {
  readonly kind: TrackKind;
  readonly stretch: string;
  readonly number: number;
  readonly part: number | undefined;
};
type Found = LiveReply | undefined | Promise<LiveReply | undefined>;

/** What is known of a segment in one track. */
type Standing =
  /** It is here, whole. */
  | { readonly at: "sealed"; readonly media: TrackMedia }
  /** It comes, or has come in part. */
  | { readonly at: "open"; readonly segment: SegmentMedia; readonly media: TrackMedia | undefined }
  /** It was here, and the archive has it. */
  | { readonly at: "let go" }
  /** There is none. */
  | { readonly at: "gap" }
  | { readonly at: "unknown" };

/** The window, as it stands by the time that it is asked. */
export interface MediaSource {
  readonly timeline: Timeline | undefined;
  readonly isEnded: boolean;
  /** The source's stretch that is fed, or was last. */
  readonly source: ServedStretch | undefined;
  readonly ladder: Ladder;
  now(): Millis;
  sourceLine(kind: TrackKind): TrackLine;
}

/** What an answer needs to know besides. */
export type MediaRequest = {
  readonly path: string;
  readonly until: Millis;
  readonly gone: AbortSignal | undefined;
};

/** Answers the addresses of media: from memory, from the archive, or when the media is there. */
export class MediaRoute {
  readonly #window: MediaSource;
  readonly #older: OlderMedia | undefined;
  readonly #waiters: Waiters<LiveReply>;
  readonly #growing: GrowingSegments;

  constructor(
    window: MediaSource,
    older: OlderMedia | undefined,
    waiters: Waiters<LiveReply>,
    growing: GrowingSegments,
  ) {
    this.#window = window;
    this.#older = older;
    this.#waiters = waiters;
    this.#growing = growing;
  }

  answer(place: MediaPlace, request: MediaRequest): Found {
    if (place.what === "init") return this.#init(place, request);
    if (place.what === "picture") return this.#recorded(place, request);
    return this.#segment(place, request);
  }

  /**
   * When the media of a place is, where the window knows its stretch; what is open has no end yet, and
   * nor has an initialization section. Undefined: the archive may know.
   */
  extent(place: MediaPlace): { readonly from: number; readonly to: number } | undefined {
    const { source, timeline, ladder } = this.#window;
    const { stretch } = place;
    const isOurs =
      source?.id === stretch ||
      timeline?.stretch(stretch) !== undefined ||
      ladder.owner(stretch) !== undefined;
    if (!isOurs) return undefined;
    const from = timeline?.first?.wall ?? this.#window.now();
    if (place.what === "init" || timeline === undefined) return { from, to: Infinity };
    // Renditions have the numbers of their source.
    const entry = timeline.entryOf(place.number);
    if (entry !== undefined) return { from: entry.wall, to: entry.end };
    if (place.number < timeline.firstNumber) return undefined;
    return { from: timeline.end ?? from, to: Infinity };
  }

  /** That of the current stretch is there before its first part. */
  #init(place: MediaPlace, request: MediaRequest): Found {
    const { stretch } = place;
    const { source: current, timeline, ladder } = this.#window;
    const kind = kindOf(place.track);
    const known =
      current?.id === stretch
        ? current
        : (timeline?.stretch(stretch) ?? ladder.owner(stretch)?.stretchOf(stretch));
    if (known === undefined) return this.#recorded(place, request);
    const init = known.init(kind);
    return mediaAnswer(kind, request.path, init && [init]);
  }

  #segment(at: Extract<MediaPlace, { number: number }>, request: MediaRequest): Found {
    const { stretch, number } = at;
    const part = at.what === "part" ? at.part : undefined;
    const place: SegmentPlace = { kind: kindOf(at.track), stretch, number, part };
    const standing = this.#standing(place);
    switch (standing.at) {
      case "sealed":
        return sealedAnswer(standing.media, place, request.path);
      case "let go":
        return this.#recorded(at, request);
      // What is not sealed is not recorded.
      case "gap":
        return this.#open(place, request);
      case "open":
      case "unknown":
        break;
    }
    const answer = part === undefined ? this.#grow(place, request) : this.#open(place, request);
    if (answer !== undefined) return answer;
    if (part === undefined && this.#wasAnnounced(place)) return nothingOf(place.kind);
    // Nor is what this window would know of.
    return standing.at === "open" || this.#isOurs(place) ? undefined : this.#recorded(at, request);
  }

  #standing({ kind, stretch, number }: SegmentPlace): Standing {
    const { timeline, ladder } = this.#window;
    const found = timeline?.find(stretch, number);
    if (found instanceof Entry) {
      if (!found.has(kind)) return { at: "gap" };
      const media = found.track(kind);
      return media?.isHeld ? { at: "sealed", media } : { at: "let go" };
    }
    if (found !== undefined) return { at: "open", segment: found, media: found.track(kind) };
    const rendition = ladder.owner(stretch);
    if (rendition === undefined) return { at: "unknown" };
    const segment = rendition.media(number);
    const media = segment?.track(kind);
    if (rendition.isGap(number)) return { at: "gap" };
    if (number > rendition.decided) {
      return segment === undefined ? { at: "unknown" } : { at: "open", segment, media };
    }
    if (rendition.runs.stretchOf(number, kind)?.id !== stretch) return { at: "gap" };
    return media === undefined ? { at: "let go" } : { at: "sealed", media };
  }

  /** A part of what is open; the one that was hinted at is waited for (rfc8216bis §6.2.6). */
  #open(place: SegmentPlace, { path, until, gone }: MediaRequest): Found {
    const { kind, part } = place;
    if (part === undefined) return undefined;
    const look = (): LiveAnswer | undefined | "wait" => {
      const body = this.#mediaOf(place)?.part(part);
      if (body !== undefined) return mediaAnswer(kind, path, body);
      const next = this.#coming(place);
      const isNext = this.#isLow && next?.number === place.number && next.part === part;
      return isNext ? "wait" : undefined;
    };
    const answer = look();
    return answer === "wait" ? this.#waiters.hold(look, until, gone) : answer;
  }

  /**
   * The segment that is open, as it grows; the next one is waited for until it begins (ISO/IEC 23009-1
   * §5.3.9.5.3: a segment is available before it is whole). One that the source has is waited for until
   * the rendition has it as well.
   */
  #grow(place: SegmentPlace, { path, until, gone }: MediaRequest): Found {
    const { kind, number } = place;
    const look = (): LiveReply | undefined | "wait" => {
      const standing = this.#standing(place);
      if (standing.at === "sealed") return mediaAnswer(kind, path, standing.media.whole());
      if (standing.at === "gap" || standing.at === "let go") return undefined;
      if (this.#isLow && standing.at === "open" && standing.media !== undefined) {
        return this.#growing.answer(standing.segment, kind);
      }
      const next = this.#coming(place);
      if (next === undefined) return undefined;
      const known = this.#isLow ? next.number + 1 : (this.#window.timeline?.last?.number ?? 0);
      return number >= next.number && number <= known ? "wait" : undefined;
    };
    const answer = look();
    return answer === "wait" ? this.#waiters.hold(look, until, gone) : answer;
  }

  /**
   * A manifest of low latency listed it as the next one, and then its stretch ended. Players who know of it
   * don't go on without it.
   */
  #wasAnnounced(place: SegmentPlace): boolean {
    const { timeline } = this.#window;
    if (!this.#isLow || timeline === undefined || this.#coming(place) !== undefined) return false;
    const last = timeline.listed.findLast(({ stretch }) => stretch?.id === place.stretch);
    return last !== undefined && place.number > last.number && place.number <= last.number + 2;
  }

  get #isLow(): boolean {
    return this.#window.timeline?.partTarget !== undefined;
  }

  /** What is held of a segment, whole, open or given up. */
  #mediaOf({ kind, stretch, number }: SegmentPlace): TrackMedia | undefined {
    const { timeline, ladder } = this.#window;
    const own = timeline?.find(stretch, number);
    if (own !== undefined) return own.track(kind);
    const segment = ladder.owner(stretch)?.media(number);
    return segment?.stretch.id === stretch ? segment.track(kind) : undefined;
  }

  /** The part of the place's stretch that comes next. */
  #coming({ kind, stretch }: SegmentPlace): ComingPart | undefined {
    const { timeline, isEnded, ladder } = this.#window;
    if (timeline === undefined) return undefined;
    const owner = ladder.owner(stretch);
    const line = owner ? owner.line(kind) : this.#window.sourceLine(kind);
    if (isEnded && isComplete(line, timeline)) return undefined;
    const next = line.coming(timeline);
    return next?.stretch.id === stretch ? next : undefined;
  }

  /** The segment would be known, if it were at all. */
  #isOurs({ stretch, number }: SegmentPlace): boolean {
    const { source: current, timeline, ladder } = this.#window;
    if (current?.id === stretch) return number >= (timeline?.firstNumber ?? 0);
    return ladder.owner(stretch) !== undefined;
  }

  #recorded(place: MediaPlace, { path }: MediaRequest): Found {
    const kind = kindOf(place.track);
    return this.#older?.(place).then((found) => mediaAnswer(kind, path, found?.body));
  }
}

/** A segment without media. */
function nothingOf(kind: TrackKind): LiveAnswer {
  const etag = `"nothing"`;
  return { kind: "media", contentType: `${kind}/mp4`, cacheControl: "no-store", body: [], etag };
}

function sealedAnswer(media: TrackMedia, { kind, part }: SegmentPlace, path: string): Found {
  return mediaAnswer(kind, path, part === undefined ? media.whole() : media.part(part));
}
