import { Fault } from "@oxbow/contract";
import type { Millis } from "@oxbow/media";
import type { LiveAnswer, LiveReply, Rendering } from "./live-answer.ts";
import type { Marks } from "./markers.ts";
import { answerTo, type Edge, type Reload, readReload } from "./reload.ts";
import type { Renderings } from "./renderings.ts";
import { RewindText } from "./rewind-text.ts";
import type { Timeline } from "./timeline.ts";
import { isComplete, type TrackLine } from "./track-line.ts";
import { edgeOf, trackPlaylist, type View } from "./track-playlist.ts";
import type { Waiters } from "./waiters.ts";

/** The window, as it stands by the time that it is asked. */
export interface ListedWindow {
  readonly timeline: Timeline | undefined;
  readonly isEnded: boolean;
  now(): Millis;
  /** All playlists that there may be; in what is rewound to some are not. */
  lines(rewind: boolean): readonly TrackLine[];
  /** Absent where nobody knows of marks. */
  marks(): Marks | undefined;
  /** Until when a reader is held who is held from now on. */
  holdUntil(): Millis;
}

/** A refusal of a blocking request is kept for so many targets (rfc8216bis §B.1). */
const REFUSED_TARGETS = 4;

/** Answers the addresses of media playlists: at once, or when they have what is waited for. */
export class PlaylistRoute {
  readonly #window: ListedWindow;
  readonly #renderings: Renderings;
  readonly #waiters: Waiters<LiveReply>;
  readonly #texts = new Map<TrackLine, RewindText>();
  readonly #edges = new Map<TrackLine, Edge>();

  constructor(window: ListedWindow, renderings: Renderings, waiters: Waiters<LiveReply>) {
    this.#window = window;
    this.#renderings = renderings;
    this.#waiters = waiters;
  }

  /** Undefined where no such playlist is. Faults `invalid_request`, `unavailable`, `limit_reached`. */
  answer(
    path: string,
    query: URLSearchParams,
    gone: AbortSignal | undefined,
  ): LiveAnswer | undefined | Promise<LiveReply | undefined> {
    const rewind = query.get("dvr") === "1";
    const line = this.#window.lines(rewind).find(({ playlist }) => playlist === path);
    if (line === undefined) return undefined;
    const view: View = { line, rewind, skip: this.#skip(query) };
    const { timeline } = this.#window;
    // §6.2.5.2: once it has ended, nothing more is waited for.
    if (timeline === undefined || this.#isOver(line)) return this.#rendering(view)?.plain;
    const maxAge = REFUSED_TARGETS * timeline.targetDuration;
    const reload = readReload(query, maxAge);
    const look = (): LiveAnswer | undefined | "wait" => {
      const edge = this.#isOver(line) ? undefined : this.#edge(line);
      if (reload === undefined || edge === undefined) return this.#plain(view);
      const answer = answerTo(reload, edge);
      if (answer === "now") return this.#rendering(view)?.blocking;
      if (answer === "later") return "wait";
      throw tooFarAhead(reload, maxAge);
    };
    const found = look();
    return found === "wait" ? this.#waiters.hold(look, this.#window.holdUntil(), gone) : found;
  }

  /** What was looked at is out of date. */
  changed(): void {
    this.#edges.clear();
  }

  /** A rendition that has begun is waited for until its list has an entry: an empty one ends players. */
  #plain(view: View): LiveAnswer | undefined | "wait" {
    const { timeline } = this.#window;
    const { line } = view;
    const isEmpty = timeline && line.exists(timeline) && line.last(timeline) === undefined;
    if (isEmpty && !this.#isOver(line)) return "wait";
    return this.#rendering(view)?.plain;
  }

  #isOver(line: TrackLine): boolean {
    const { timeline, isEnded } = this.#window;
    return isEnded && (timeline === undefined || isComplete(line, timeline));
  }

  /** Thousands may wait: what they look at is made once for each change. */
  #edge(line: TrackLine): Edge | undefined {
    const { timeline } = this.#window;
    const known = this.#edges.get(line);
    if (known !== undefined || timeline === undefined || !line.exists(timeline)) return known;
    const edge = edgeOf(timeline, line);
    if (edge !== undefined) this.#edges.set(line, edge);
    return edge;
  }

  /** `v2` leaves out date ranges too, where there are any to leave out. */
  #skip(query: URLSearchParams): View["skip"] {
    const skip = query.get("_HLS_skip");
    if (skip === "v2" && this.#window.marks() !== undefined) return "v2";
    return skip === "YES" || skip === "v2" ? "YES" : "no";
  }

  #rendering(view: View): Rendering | undefined {
    const { line, rewind, skip } = view;
    const window = this.#window;
    const name = `${line.playlist}${rewind ? ".dvr" : ""}.${skip}`;
    return this.#renderings.get(name, window.timeline, (timeline) => {
      const text = this.#texts.get(line) ?? new RewindText(line);
      this.#texts.set(line, text);
      const program = {
        timeline,
        lines: window.lines(rewind),
        ended: window.isEnded,
        marks: window.marks(),
        now: window.now(),
      };
      return trackPlaylist(program, view, text);
    });
  }
}

function tooFarAhead({ sequence }: Reload, maxAge: number): Fault {
  return new Fault("invalid_request", `Segment ${sequence} is too far ahead to wait for`, {
    field: "_HLS_msn",
    details: { maxAge },
  });
}
