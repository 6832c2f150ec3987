/** What the viewer is told. One of these at any time. */
export type PlaybackState =
  | { readonly at: "loading" }
  /** Not on air, as far as this viewer has seen: the page waits and starts by itself. */
  | { readonly at: "offline" }
  | { readonly at: "live" }
  /** The picture has run out, and the broadcast is still open. */
  | { readonly at: "interrupted" }
  /** The viewer's own playhead has reached the end of the broadcast. */
  | { readonly at: "ended" }
  | { readonly at: "vod" }
  | { readonly at: "failed"; readonly why: "removed" | "unplayable" };

/** What can be seen of a playback at one moment. */
export type Facts = {
  readonly kind: "live" | "vod";
  /** `open` may still grow, `closed` carries EXT-X-ENDLIST. */
  readonly playlist: "unknown" | "missing" | "open" | "closed";
  /** Seconds since there was something to show at the playhead; 0 while there is, Infinity before. */
  readonly dry: number;
  /** Seconds since the playlist last grew by media (not by gaps). */
  readonly silence: number;
  /** The playlist's target duration in seconds. */
  readonly target: number;
  /** The playhead stands at the end of what there is. */
  readonly atEnd: boolean;
  /** The browser cannot decode what it was given. */
  readonly unplayable: boolean;
};

/** A stall is a lost signal when nothing has come for this many target durations… */
const SILENT_TARGETS = 2;
/** … and the picture stands still for so many seconds: shorter ones are the player's own. */
const STILL = 1.5;

/** The state that follows from what is seen. Pure. */
export function step(state: PlaybackState, facts: Facts): PlaybackState {
  if (facts.unplayable) return { at: "failed", why: "unplayable" };
  return facts.kind === "vod" ? stepVod(state, facts) : stepLive(state, facts);
}

function stepVod(state: PlaybackState, facts: Facts): PlaybackState {
  if (facts.playlist === "missing") return { at: "failed", why: "removed" };
  return facts.playlist === "unknown" ? state : { at: "vod" };
}

function stepLive(state: PlaybackState, facts: Facts): PlaybackState {
  const seen = state.at === "live" || state.at === "interrupted";
  switch (facts.playlist) {
    case "unknown":
      return state;
    case "missing":
      // A viewer who was watching is not told that it has ended: that is said by ENDLIST alone.
      if (state.at === "ended") return state;
      if (!seen) return { at: "offline" };
      return facts.dry > STILL ? { at: "interrupted" } : state;
    case "open":
      if (facts.dry === 0) return { at: "live" };
      if (seen && facts.dry > STILL && facts.silence > SILENT_TARGETS * facts.target)
        return { at: "interrupted" };
      // A new broadcast on the same page.
      return state.at === "ended" || state.at === "offline" ? { at: "loading" } : state;
    case "closed":
      // What had ended before this viewer came is not played as if it were live.
      return seen && !facts.atEnd ? state : { at: "ended" };
    default:
      return facts.playlist satisfies never;
  }
}
