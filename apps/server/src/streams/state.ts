import { type Millis, plus } from "@oxbow/media";

export type EndReason =
  /** The encoder stopped, and did not come back within the settle time. */
  | "unpublished"
  /** The connection was lost, and the reconnect window passed. */
  | "window_over"
  | "api"
  | "stream_deleted"
  /** The server was stopped in the middle of ending. */
  | "restart";

export type StreamState =
  | { readonly at: "offline" }
  | {
      readonly at: "starting";
      readonly session: string;
      /** The open broadcast that this session goes on with, where there is one. */
      readonly resumes: Interruption | null;
    }
  | { readonly at: "live"; readonly session: string; readonly broadcast: string }
  | ({ readonly at: "interrupted" } & Interruption)
  | { readonly at: "ending"; readonly broadcast: string; readonly reason: EndReason };

/** A broadcast that is open while no encoder is there. */
export type Interruption = {
  readonly broadcast: string;
  readonly since: Millis;
  /** When the broadcast ends unless an encoder is back. */
  readonly windowEnds: Millis;
  /** The encoder stopped by itself (or the connection was lost). */
  readonly unpublished: boolean;
};

export type StreamInput =
  | { readonly do: "admit"; readonly session: string }
  /** The first keyframe of the session; `broadcast` is the id to use where a new one begins. */
  | { readonly do: "keyframe"; readonly session: string; readonly broadcast: string }
  | { readonly do: "lose"; readonly session: string; readonly unpublished: boolean }
  /** Time passed. */
  | { readonly do: "tick" }
  | { readonly do: "end"; readonly reason: EndReason }
  /** The last segment is sealed. */
  | { readonly do: "sealed" }
  /** The server has started again. */
  | { readonly do: "restart" };

export type StreamEvent =
  | { readonly type: "broadcast_started"; readonly broadcast: string }
  | { readonly type: "broadcast_resumed"; readonly broadcast: string; readonly since: Millis }
  | {
      readonly type: "broadcast_interrupted";
      readonly broadcast: string;
      readonly windowEnds: Millis;
    }
  | { readonly type: "broadcast_ended"; readonly broadcast: string; readonly reason: EndReason };

/** The stream's own times, in milliseconds. */
export type Windows = {
  /** How long a lost encoder may take to come back. */
  readonly reconnectMs: number;
  /** How long after a clean stop a broadcast waits for the encoder that is started again at once. */
  readonly settleMs: number;
  /** Whether a clean stop ends the broadcast (after `settleMs`), or opens the reconnect window. */
  readonly endOnUnpublish: boolean;
  /** How long an encoder that came back may take to its first keyframe before the window closes. */
  readonly startMs: number;
};

/** The stream's state machine (domain.md). Inputs that a state has no arrow for change nothing. */
export function step(
  state: StreamState,
  input: StreamInput,
  now: Millis,
  windows: Windows,
): readonly [StreamState, readonly StreamEvent[]] {
  const stay = [state, []] as const;
  if (input.do === "restart") return restart(state, now, windows);
  switch (state.at) {
    case "offline":
      return input.do === "admit"
        ? [{ at: "starting", session: input.session, resumes: null }, []]
        : stay;
    case "starting":
      return starting(state, input, now);
    case "live":
      if (input.do === "lose" && input.session === state.session) {
        return interrupt(state.broadcast, now, windows, input.unpublished);
      }
      return input.do === "end" ? ending(state.broadcast, input.reason) : stay;
    case "interrupted":
      return interrupted(state, input, now, windows);
    case "ending":
      if (input.do !== "sealed") return stay;
      return [
        { at: "offline" },
        [{ type: "broadcast_ended", broadcast: state.broadcast, reason: state.reason }],
      ];
    default:
      return unreachable(state);
  }
}

/** When the state wants a `tick`, if ever. */
export function wakesAt(state: StreamState): Millis | null {
  if (state.at === "interrupted") return state.windowEnds;
  if (state.at === "starting") return state.resumes?.windowEnds ?? null;
  return null;
}

/** The broadcast that is open in this state. */
export function openBroadcast(state: StreamState): string | null {
  switch (state.at) {
    case "offline":
      return null;
    case "starting":
      return state.resumes?.broadcast ?? null;
    case "live":
    case "interrupted":
    case "ending":
      return state.broadcast;
    default:
      return unreachable(state);
  }
}

/** The state's name to the outside: an encoder that stopped on purpose is not missed, it is ending. */
export function stateName(state: StreamState): StreamState["at"] {
  return state.at === "interrupted" && state.unpublished ? "ending" : state.at;
}

/** The session that holds the stream in this state. */
export function holdingSession(state: StreamState): string | null {
  return state.at === "starting" || state.at === "live" ? state.session : null;
}

function starting(
  state: Extract<StreamState, { at: "starting" }>,
  input: StreamInput,
  now: Millis,
): readonly [StreamState, readonly StreamEvent[]] {
  const { resumes } = state;
  switch (input.do) {
    case "keyframe": {
      if (input.session !== state.session) return [state, []];
      const broadcast = resumes?.broadcast ?? input.broadcast;
      const event: StreamEvent = resumes
        ? { type: "broadcast_resumed", broadcast, since: resumes.since }
        : { type: "broadcast_started", broadcast };
      return [{ at: "live", session: state.session, broadcast }, [event]];
    }
    case "lose":
      if (input.session !== state.session) return [state, []];
      return [resumes ? { at: "interrupted", ...resumes } : { at: "offline" }, []];
    case "tick":
      // An encoder that holds the stream without a picture does not keep a broadcast open for ever.
      return resumes && now >= resumes.windowEnds
        ? ending(resumes.broadcast, endOf(resumes))
        : [state, []];
    case "end":
      return resumes ? ending(resumes.broadcast, input.reason) : [{ at: "offline" }, []];
    case "admit":
    case "sealed":
    case "restart":
      return [state, []];
    default:
      return unreachable(input);
  }
}

function interrupted(
  state: Extract<StreamState, { at: "interrupted" }>,
  input: StreamInput,
  now: Millis,
  windows: Windows,
): readonly [StreamState, readonly StreamEvent[]] {
  const { broadcast, since, windowEnds, unpublished } = state;
  if (input.do === "admit") {
    const grace = plus(now, windows.startMs);
    const resumes = {
      broadcast,
      since,
      windowEnds: grace > windowEnds ? grace : windowEnds,
      unpublished,
    };
    return [{ at: "starting", session: input.session, resumes }, []];
  }
  if (input.do === "tick" && now >= windowEnds) return ending(broadcast, endOf(state));
  return input.do === "end" ? ending(broadcast, input.reason) : [state, []];
}

function interrupt(
  broadcast: string,
  now: Millis,
  windows: Windows,
  unpublished: boolean,
): readonly [StreamState, readonly StreamEvent[]] {
  const settles = unpublished && windows.endOnUnpublish;
  const windowEnds = plus(now, settles ? windows.settleMs : windows.reconnectMs);
  return [
    { at: "interrupted", broadcast, since: now, windowEnds, unpublished: settles },
    // Who stops on purpose is not missed.
    settles ? [] : [{ type: "broadcast_interrupted", broadcast, windowEnds }],
  ];
}

function restart(
  state: StreamState,
  now: Millis,
  windows: Windows,
): readonly [StreamState, readonly StreamEvent[]] {
  switch (state.at) {
    case "offline":
      return [state, []];
    case "live":
      return interrupt(state.broadcast, now, windows, false);
    case "starting":
    case "interrupted": {
      const open = state.at === "starting" ? state.resumes : state;
      if (!open) return [{ at: "offline" }, []];
      // The encoder could not come back while the server was away: the window runs anew.
      const ms = open.unpublished ? windows.settleMs : windows.reconnectMs;
      const { broadcast, since, unpublished } = open;
      return [{ at: "interrupted", broadcast, since, unpublished, windowEnds: plus(now, ms) }, []];
    }
    case "ending":
      return [
        { at: "offline" },
        [{ type: "broadcast_ended", broadcast: state.broadcast, reason: state.reason }],
      ];
    default:
      return unreachable(state);
  }
}

function endOf(interruption: { readonly unpublished: boolean }): EndReason {
  return interruption.unpublished ? "unpublished" : "window_over";
}

function ending(
  broadcast: string,
  reason: EndReason,
): readonly [StreamState, readonly StreamEvent[]] {
  return [{ at: "ending", broadcast, reason }, []];
}

function unreachable(state: never): never {
  throw new Error(`No such stream state: ${JSON.stringify(state)}`);
}
