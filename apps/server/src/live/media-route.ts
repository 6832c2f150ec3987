import type { Millis } from "@oxbow/media";
import { Entry } from "./entry.ts";
import type { GrowingSegments } from "./growing-segments.ts";
import { type LiveAnswer, type LiveReply, mediaAnswer } from "./live-answer.ts";
import { type Place, TRACKS } from "./paths.ts";
import type { ServedStretch } from "./served-stretch.ts";
import type { Timeline } from "./timeline.ts";
import { nextPart, type Program } from "./track-playlist.ts";
import type { Waiters } from "./waiters.ts";

/** What was recorded, as its address names it. */
export type OlderPlace =
  | { readonly what: "init"; readonly stretch: string; readonly track: number }
  | {
      readonly what: "segment" | "picture";
      readonly stretch: string;
      readonly track: number;
      readonly number: number;
    }
  | {
      readonly what: "part";
      readonly stretch: string;
      readonly track: number;
      readonly number: number;
      readonly part: number;
    };

/** Who has the media that is in memory no more. Undefined: there is no such thing. */
export type OlderMedia = (
  place: OlderPlace,
) => Promise<{ readonly body: readonly Uint8Array[] } | undefined>;

type MediaPlace = Exclude<Place, { at: "playlist" }>;
type SegmentPlace = Extract<Place, { at: "segment" }>;
type Found = LiveReply | undefined | Promise<LiveReply | undefined>;

/** What an answer needs to know of the window. */
export type MediaRequest = {
  readonly path: string;
  /** How the window stands by the time that it is asked. */
  readonly program: () => Program | undefined;
  /** The stretch that is fed, or was last. */
  readonly current: ServedStretch | undefined;
  readonly until: Millis;
  readonly gone: AbortSignal | undefined;
};

/** Answers the addresses of media: from memory, from the archive, or when the media is there. */
export class MediaRoute {
  readonly #older: OlderMedia | undefined;
  readonly #waiters: Waiters<LiveReply>;
  readonly #growing: GrowingSegments;

  constructor(
    older: OlderMedia | undefined,
    waiters: Waiters<LiveReply>,
    growing: GrowingSegments,
  ) {
    this.#older = older;
    this.#waiters = waiters;
    this.#growing = growing;
  }

  answer(place: MediaPlace, request: MediaRequest): Found {
    if (place.at === "init") return this.#init(place, request);
    return place.at === "segment" ? this.#segment(place, request) : this.#recorded(place, request);
  }

  /** That of the current stretch is there before its first part. */
  #init(place: Extract<Place, { at: "init" }>, request: MediaRequest): Found {
    const { stretch, kind } = place;
    const { current, path } = request;
    const timeline = request.program()?.timeline;
    const known = current?.id === stretch ? current : timeline?.stretch(stretch);
    if (known === undefined) return this.#recorded(place, request);
    const init = known.init(kind);
    return mediaAnswer(kind, path, init && [init]);
  }

  #segment(place: SegmentPlace, request: MediaRequest): Found {
    const { stretch, number, part } = place;
    const timeline = request.program()?.timeline;
    const found = timeline?.find(stretch, number);
    if (found instanceof Entry) return this.#sealed(found, place, request);
    const answer = part === undefined ? this.#grow(place, request) : this.#open(place, request);
    if (answer !== undefined) return answer;
    // What is not sealed is not recorded, nor is what this window would know of.
    return found !== undefined || isOurs(timeline, request.current, place)
      ? undefined
      : this.#recorded(place, request);
  }

  #sealed(entry: Entry, place: SegmentPlace, request: MediaRequest): Found {
    const { kind, part } = place;
    if (!entry.has(kind)) return undefined;
    const media = entry.track(kind);
    if (!media?.isHeld) return this.#recorded(place, request);
    return mediaAnswer(kind, request.path, part === undefined ? media.whole() : media.part(part));
  }

  /** A part of what is open; the one that was hinted at is waited for (rfc8216bis §6.2.6). */
  #open(place: SegmentPlace, { program, path, until, gone }: MediaRequest): Found {
    const { kind, stretch, number, part = 0 } = place;
    const look = (): LiveAnswer | undefined | "wait" => {
      const now = program();
      const body = now?.timeline.find(stretch, number)?.track(kind)?.part(part);
      if (body !== undefined) return mediaAnswer(kind, path, body);
      return now && isNext(now, place) ? "wait" : undefined;
    };
    const answer = look();
    return answer === "wait" ? this.#waiters.hold(look, until, gone) : answer;
  }

  /**
   * The segment that is open, as it grows; the next one is waited for until it begins (ISO/IEC 23009-1
   * §5.3.9.5.3: a segment is available before it is whole).
   */
  #grow(place: SegmentPlace, { program, path, until, gone }: MediaRequest): Found {
    const { kind, stretch, number } = place;
    const look = (): LiveReply | undefined | "wait" => {
      const now = program();
      if (now?.timeline.partTarget === undefined) return undefined;
      const found = now.timeline.find(stretch, number);
      const media = found?.track(kind);
      if (found instanceof Entry) return mediaAnswer(kind, path, media?.whole());
      if (found && media !== undefined) return this.#growing.answer(found, kind);
      return isComing(now, place) ? "wait" : undefined;
    };
    const answer = look();
    return answer === "wait" ? this.#waiters.hold(look, until, gone) : answer;
  }

  #recorded(place: MediaPlace, { path }: MediaRequest): Found {
    const { kind } = place;
    return this.#older?.(olderPlace(place)).then((found) => mediaAnswer(kind, path, found?.body));
  }
}

function olderPlace(place: MediaPlace): OlderPlace {
  const { stretch } = place;
  const track = TRACKS[place.kind];
  if (place.at === "init") return { what: "init", stretch, track };
  const { number } = place;
  if (place.at === "picture") return { what: "picture", stretch, track, number };
  const { part } = place;
  if (part === undefined) return { what: "segment", stretch, track, number };
  return { what: "part", stretch, track, number, part };
}

/** The segment would be in the timeline, if it were at all. */
function isOurs(
  timeline: Timeline | undefined,
  current: ServedStretch | undefined,
  { stretch, number }: SegmentPlace,
): boolean {
  return current?.id === stretch && number >= (timeline?.firstNumber ?? 0);
}

/** The segment is the one that is open, or the one after it. */
function isComing(program: Program, { stretch, kind, number }: SegmentPlace): boolean {
  if (program.ended) return false;
  const next = nextPart(program, kind);
  return next?.stretch.id === stretch && (number === next.number || number === next.number + 1);
}

function isNext(program: Program, { stretch, kind, number, part }: SegmentPlace): boolean {
  if (program.timeline.partTarget === undefined || program.ended) return false;
  const next = nextPart(program, kind);
  return next?.stretch.id === stretch && next.number === number && next.part === part;
}
