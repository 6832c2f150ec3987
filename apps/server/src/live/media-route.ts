import type { Millis } from "@oxbow/media";
import type { MediaPlace } from "../packager/index.ts";
import { Entry } from "./entry.ts";
import type { GrowingSegments } from "./growing-segments.ts";
import { type LiveAnswer, type LiveReply, mediaAnswer } from "./live-answer.ts";
import { kindOf } from "./paths.ts";
import type { ServedStretch, TrackKind } from "./served-stretch.ts";
import type { Timeline } from "./timeline.ts";
import { nextPart, type Program } from "./track-playlist.ts";
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
    if (place.what === "init") return this.#init(place, request);
    if (place.what === "picture") return this.#recorded(place, request);
    return this.#segment(place, request);
  }

  /** That of the current stretch is there before its first part. */
  #init(place: MediaPlace, request: MediaRequest): Found {
    const { stretch } = place;
    const kind = kindOf(place.track);
    const { current, path } = request;
    const timeline = request.program()?.timeline;
    const known = current?.id === stretch ? current : timeline?.stretch(stretch);
    if (known === undefined) return this.#recorded(place, request);
    const init = known.init(kind);
    return mediaAnswer(kind, path, init && [init]);
  }

  #segment(at: Extract<MediaPlace, { number: number }>, request: MediaRequest): Found {
    const { stretch, number } = at;
    const part = at.what === "part" ? at.part : undefined;
    const place: SegmentPlace = { kind: kindOf(at.track), stretch, number, part };
    const timeline = request.program()?.timeline;
    const found = timeline?.find(stretch, number);
    if (found instanceof Entry) {
      return isLetGo(found, place.kind)
        ? this.#recorded(at, request)
        : sealedAnswer(found, place, request);
    }
    const answer = part === undefined ? this.#grow(place, request) : this.#open(place, request);
    if (answer !== undefined) return answer;
    // What is not sealed is not recorded, nor is what this window would know of.
    return found !== undefined || isOurs(timeline, request.current, place)
      ? undefined
      : this.#recorded(at, request);
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
    const kind = kindOf(place.track);
    return this.#older?.(place).then((found) => mediaAnswer(kind, path, found?.body));
  }
}

/** Its bytes are in memory no more. */
function isLetGo(entry: Entry, kind: TrackKind): boolean {
  return entry.has(kind) && !entry.track(kind)?.isHeld;
}

function sealedAnswer(entry: Entry, { kind, part }: SegmentPlace, { path }: MediaRequest): Found {
  const media = entry.has(kind) ? entry.track(kind) : undefined;
  return mediaAnswer(kind, path, part === undefined ? media?.whole() : media?.part(part));
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
