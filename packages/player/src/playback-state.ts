/** What the viewer is told. One of these at any time. */
export type PlaybackState = {
  readonly at:
    | "loading"
    /** The browser lets nothing start by itself: the page waits for the viewer's press. */
    | "blocked"
    /** Not on air, as far as this viewer has seen: the page waits and starts by itself. */
    | "soon"
    | "live"
    /** The viewer has rewound, paused, or stayed behind. */
    | "behind"
    | "buffering"
    /** The picture has run out, and the broadcast is still open. */
    | "interrupted"
    /** The browser has no network. */
    | "disconnected"
    /** The server does not answer, or fails. */
    | "unreachable"
    /** The viewer's own playhead has reached the end of the broadcast. */
    | "ended"
    /** … and its recording cannot be played yet. */
    | "preparing"
    | "vod"
    | "expired"
    | "forbidden"
    /** As many viewers as may watch are watching. */
    | "full"
    | "unsupported"
    | "removed";
};

/** The name of a state. */
export type StateName = PlaybackState["at"];

/** What can be seen of a playback at one moment. */
export type Facts = {
  readonly kind: "live" | "vod";
  /** Whether the browser says that it has a network. */
  readonly online: boolean;
  /** What the server last said to this viewer's asking. */
  readonly access: "granted" | "expired" | "forbidden" | "full";
  /**
   * `open` may still grow, `closed` carries EXT-X-ENDLIST; `missing` is not there now, `gone` for
   * ever, `unreachable` was not answered.
   */
  readonly playlist: "unknown" | "missing" | "gone" | "unreachable" | "open" | "closed";
  /** What the server's viewer signal says. */
  readonly broadcast: "unknown" | "open" | "ended";
  readonly recording: "none" | "coming" | "ready";
  /** Whether playing has been started, or was refused by the browser. */
  readonly start: "waiting" | "blocked" | "started";
  /** Seconds since there was something to show at the playhead; 0 while there is, Infinity before. */
  readonly dry: number;
  /** Seconds since the playlist last grew by media (not by gaps). */
  readonly silence: number;
  /** The playlist's target duration in seconds. */
  readonly target: number;
  /** The playhead stands at the end of what there is. */
  readonly atEnd: boolean;
  /** The playhead is farther from the live edge than it needs to be. */
  readonly behind: boolean;
  /** The browser cannot decode what it was given. */
  readonly unplayable: boolean;
};

/** A stall is a lost signal when nothing has come for this many target durations… */
const SILENT_TARGETS = 2;
/** … and the picture stands still for so many seconds: shorter ones are the player's own. */
const STILL = 1.5;
/** A shorter stall is not worth a word. */
const NOTICED = 0.4;

/** The state that follows from what is seen. Pure. */
export function step(state: PlaybackState, facts: Facts): PlaybackState {
  if (facts.unplayable) return { at: "unsupported" };
  // What is in the buffer is shown to its end, whatever the server says meanwhile.
  if (facts.access !== "granted" && facts.dry > STILL) return { at: facts.access };
  return facts.kind === "vod" ? stepVod(state, facts) : stepLive(state, facts);
}

const seen = (facts: Facts): boolean => Number.isFinite(facts.dry);

function stepVod(state: PlaybackState, facts: Facts): PlaybackState {
  const { dry, playlist, start } = facts;
  // A title that is not there will not come by itself, as a broadcast does.
  if (dry > 0 && (playlist === "gone" || playlist === "missing")) return { at: "removed" };
  if (dry > STILL && !facts.online) return { at: "disconnected" };
  if (dry > STILL && playlist === "unreachable") return { at: "unreachable" };
  if (playlist === "unknown") return state;
  if (start === "blocked") return { at: "blocked" };
  const stalled = start === "started" && !facts.atEnd && seen(facts) && dry > NOTICED;
  return { at: stalled ? "buffering" : "vod" };
}

function stepLive(state: PlaybackState, facts: Facts): PlaybackState {
  if (isOver(state, facts)) return { at: facts.recording === "coming" ? "preparing" : "ended" };
  if (facts.dry === 0) {
    if (facts.start === "blocked") return { at: "blocked" };
    return { at: facts.behind ? "behind" : "live" };
  }
  if (!facts.online) return facts.dry > STILL ? { at: "disconnected" } : state;
  return stepDry(state, facts);
}

/** Whether the viewer has seen the end, or came after it. */
function isOver({ at }: PlaybackState, facts: Facts): boolean {
  const { playlist, dry } = facts;
  if (playlist === "closed") return facts.atEnd || !seen(facts);
  // The last playlist was never read, and there is nothing left to show.
  if (facts.broadcast === "ended" && seen(facts) && dry > STILL) return true;
  // Nothing but a new broadcast ends this state.
  return (at === "ended" || at === "preparing") && playlist !== "open";
}

/** Nothing to show at the playhead, and the browser has a network. */
function stepDry(state: PlaybackState, facts: Facts): PlaybackState {
  const { playlist, dry } = facts;
  const lost = (at: StateName): PlaybackState => (dry > STILL ? { at } : state);
  switch (playlist) {
    case "unknown":
      return state;
    case "gone":
      return lost("removed");
    case "missing":
      // A viewer who was watching is not told that it has ended: that is said by the server alone.
      return seen(facts) ? lost("interrupted") : { at: "soon" };
    case "unreachable":
      return lost("unreachable");
    case "open":
    case "closed":
      if (!seen(facts)) return { at: "loading" };
      if (playlist === "open" && dry > STILL && facts.silence > SILENT_TARGETS * facts.target)
        return { at: "interrupted" };
      if (state.at === "interrupted") return state;
      return dry > NOTICED ? { at: "buffering" } : state;
    default:
      return playlist satisfies never;
  }
}
