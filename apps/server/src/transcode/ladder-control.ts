import { type Millis, plus } from "@oxbow/media";
import type { DegradedReason } from "./ports.ts";
import type { RunFigures } from "./run-pace.ts";

/** What runs. Times are of a clock that never steps. */
type Run =
  /** No source. */
  | { readonly is: "none" }
  /** A run was made and has not given anything as yet. */
  | { readonly is: "starting" }
  /** Frames come out, since then. */
  | {
      readonly is: "running";
      readonly since: Millis;
      /** Since when it falls behind, or keeps up; at most one of them. */
      readonly slowSince: Millis | null;
      readonly steadySince: Millis | null;
      /** What it gives was told to be there again. */
      readonly proven: boolean;
    }
  /** Another run takes over at the next keyframe. */
  | { readonly is: "replacing" }
  /** Nothing runs until then. */
  | { readonly is: "waiting"; readonly until: Millis };

/** How the renditions of a stream are made. Places are those of its ladder, the costliest first. */
export type LadderState = {
  readonly total: number;
  /** So many of the cheapest are made; the others are shed. */
  readonly keep: number;
  readonly run: Run;
  /** Runs in a row that ended by themselves or had to be ended. */
  readonly failures: number;
  /** Since when frames come without a failure, whichever run gives them. */
  readonly soundSince: Millis | null;
  /** How long all must have kept up before another rendition is tried. */
  readonly patience: number;
  /** When one was tried last. */
  readonly triedAt: Millis | null;
};

export type LadderInput =
  /** A stretch of the source begins, and of it so many renditions are to be made. */
  | { readonly is: "begin"; readonly renditions: number }
  | { readonly is: "stop" }
  /** The run that was to take over has. */
  | { readonly is: "replaced" }
  /** The run that was to take over is no more; the one that is makes so many. */
  | { readonly is: "abandoned"; readonly made: number }
  /** The run ended by itself, or could not be made. `out`: it had given something. */
  | { readonly is: "ended"; readonly out: boolean }
  | { readonly is: "look"; readonly figures: RunFigures | null; readonly memory: number | null };

export type LadderAction =
  /** Makes a run of the cheapest `keep`, from the next keyframe on. */
  | { readonly do: "start" }
  /** As `start`; the run that is goes on until then. */
  | { readonly do: "replace" }
  | { readonly do: "kill" }
  | { readonly do: "degrade"; readonly places: readonly number[]; readonly reason: DegradedReason }
  | { readonly do: "recover"; readonly places: readonly number[] };

export type LadderLimits = { readonly memoryBytes: number };

/** Behind by more pictures, and by more milliseconds, is slow. */
const BEHIND_PICTURES = 20;
const SLOW_DELAY_MS = 1_000;
/** One that catches up is not slow: a source may come in bursts. */
const CATCHING_UP = 1.05;
const SLOW_FOR_MS = 1_500;
/** Beyond this even the last rendition has no sense. */
const HOPELESS_DELAY_MS = 6_000;
/** A run has so long to get into its pace. */
const GRACE_MS = 3_000;
/** So many pictures, and no answer for so long. */
const UNANSWERED = 24;
const HUNG_MS = 4_000;
/** Silent for longer, it may hang: how slow it is cannot be told. */
const SILENT_MS = 1_000;
const START_MS = 15_000;
/** Of a run that lasted so long, failures before it are forgotten. */
const SOUND_MS = 60_000;
/** After it what is made counts as being there again. */
const PROVEN_MS = 5_000;
const PATIENCE_MS = 30_000;
const MOST_PATIENCE_MS = 600_000;
/** A rendition that must be shed so soon after it was tried makes for more patience. */
const TRIED_MS = 60_000;
const BACKOFF_MS = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 60_000] as const;
/** Runs in a row that failed, after which the costliest rendition is left out, too. */
const MANY_FAILURES = 3;

export const NO_LADDER: LadderState = {
  total: 0,
  keep: 0,
  run: { is: "none" },
  failures: 0,
  soundSince: null,
  patience: PATIENCE_MS,
  triedAt: null,
};

type Step = readonly [state: LadderState, actions: readonly LadderAction[]];

/** What becomes of the renditions of a stream: the source does not depend on any of it. */
export function stepLadder(
  state: LadderState,
  input: LadderInput,
  now: Millis,
  limits: LadderLimits,
): Step {
  switch (input.is) {
    case "begin":
      return begin(state, input.renditions);
    case "stop":
      return [{ ...state, soundSince: null, run: { is: "none" } }, []];
    case "replaced":
      if (state.run.is !== "replacing") return [state, []];
      return [{ ...state, run: { is: "starting" } }, []];
    case "abandoned":
      return abandoned(state, input.made, now);
    case "ended":
      return ended(state, input.out, now);
    case "look":
      return look(state, input, now, limits);
    default:
      return input satisfies never;
  }
}

/** Whether nothing can be made, and only tried from time to time. */
export function isOff({ run, failures }: LadderState): boolean {
  return run.is === "waiting" && failures >= MANY_FAILURES;
}

/** Places of what is made. */
export function madePlaces({ total, keep }: LadderState): number[] {
  return Array.from({ length: keep }, (_, at) => total - keep + at);
}

function begin(state: LadderState, renditions: number): Step {
  // What the machine could not do a moment ago is not tried again because an encoder came back.
  const keep = renditions === state.total ? state.keep : renditions;
  const next = { ...state, total: renditions, keep };
  if (renditions === 0) return [{ ...next, run: { is: "none" } }, []];
  if (state.run.is === "waiting") return [next, []];
  return [{ ...next, run: { is: "starting" } }, [{ do: "start" }]];
}

function ended(state: LadderState, out: boolean, now: Millis): Step {
  switch (state.run.is) {
    case "starting":
    case "running":
      return failed(state, out ? "crashed" : "start", now, []);
    case "replacing": {
      // The next one is made already.
      const degrade = { do: "degrade", places: madePlaces(state), reason: "crashed" } as const;
      return [{ ...state, run: { is: "starting" } }, [degrade]];
    }
    case "none":
    case "waiting":
      return [state, []];
    default:
      return state.run satisfies never;
  }
}

/** What is goes on, until its pace is judged again. */
function abandoned(state: LadderState, made: number, now: Millis): Step {
  if (state.run.is !== "replacing") return [state, []];
  const run = { since: now, slowSince: null, steadySince: now, proven: true };
  return [{ ...state, keep: made, triedAt: now, run: { is: "running", ...run } }, []];
}

/** The run is over, or is to be: another one is tried after a while, with less where that may help. */
function failed(
  state: LadderState,
  reason: DegradedReason,
  now: Millis,
  actions: readonly LadderAction[],
): Step {
  const failures = state.failures + 1;
  const less = reason === "memory" || failures >= MANY_FAILURES;
  const keep = less ? Math.max(1, state.keep - 1) : state.keep;
  const wait = BACKOFF_MS[Math.min(failures, BACKOFF_MS.length) - 1] ?? 0;
  const until = plus(now, wait);
  const degrade = { do: "degrade", places: madePlaces(state), reason } as const;
  const run = { is: "waiting", until } as const;
  return [{ ...state, keep, failures, soundSince: null, run }, [...actions, degrade]];
}

function look(
  state: LadderState,
  { figures, memory }: Extract<LadderInput, { is: "look" }>,
  now: Millis,
  limits: LadderLimits,
): Step {
  const { run } = state;
  if (run.is === "waiting") {
    return now < run.until
      ? [state, []]
      : [{ ...state, run: { is: "starting" } }, [{ do: "start" }]];
  }
  if (run.is === "none" || figures === null) return [state, []];
  const kill = [{ do: "kill" }] as const;
  if (memory !== null && memory > limits.memoryBytes) return failed(state, "memory", now, kill);
  const patience = figures.out ? HUNG_MS : START_MS;
  if (figures.unanswered >= UNANSWERED && figures.silentMs >= patience) {
    return failed(state, figures.out ? "hung" : "start", now, kill);
  }
  if (run.is === "running") return judge(state, run, figures, now);
  if (run.is === "replacing" || !figures.out) return [state, []];
  const started = { slowSince: null, steadySince: now, proven: false };
  const soundSince = state.soundSince ?? now;
  return [{ ...state, soundSince, run: { is: "running", since: now, ...started } }, []];
}

/** A run that gives frames: whether it keeps up. */
function judge(
  state: LadderState,
  run: Extract<Run, { is: "running" }>,
  figures: RunFigures,
  now: Millis,
): Step {
  if (figures.unanswered >= UNANSWERED && figures.silentMs >= SILENT_MS) return [state, []];
  const late = figures.behind > BEHIND_PICTURES && figures.delayMs > SLOW_DELAY_MS;
  const slow = figures.full || (late && (figures.speed ?? 0) < CATCHING_UP);
  const slowSince = slow ? (run.slowSince ?? now) : null;
  const steadySince = slow || late ? null : (run.steadySince ?? now);
  const inGrace = now - run.since < GRACE_MS;
  if (slowSince !== null && !inGrace && (figures.full || now - slowSince >= SLOW_FOR_MS)) {
    return shed(state, { ...run, slowSince, steadySince }, figures, now);
  }
  const lasted = now - run.since;
  const proven = run.proven || (!slow && lasted >= PROVEN_MS);
  const isSound = state.soundSince !== null && now - state.soundSince >= SOUND_MS;
  const next = {
    ...state,
    failures: isSound ? 0 : state.failures,
    run: { ...run, slowSince, steadySince, proven },
  };
  const news: LadderAction[] =
    proven && !run.proven ? [{ do: "recover", places: madePlaces(state) }] : [];
  const steady = steadySince !== null && now - steadySince >= state.patience;
  if (!steady || state.keep >= state.total) return [next, news];
  const more = { ...next, keep: state.keep + 1, triedAt: now, run: { is: "replacing" } as const };
  return [more, [...news, { do: "replace" }]];
}

/** Leaves the costliest rendition out; the last one only where it is hopeless. */
function shed(
  state: LadderState,
  run: Extract<Run, { is: "running" }>,
  figures: RunFigures,
  now: Millis,
): Step {
  if (state.keep <= 1) {
    const hopeless = figures.full || figures.delayMs >= HOPELESS_DELAY_MS;
    return hopeless ? failed(state, "slow", now, [{ do: "kill" }]) : [{ ...state, run }, []];
  }
  const [costliest = 0] = madePlaces(state);
  const soon = state.triedAt !== null && now - state.triedAt < TRIED_MS;
  const patience = soon ? Math.min(MOST_PATIENCE_MS, state.patience * 2) : state.patience;
  return [
    { ...state, keep: state.keep - 1, patience, run: { is: "replacing" } },
    [{ do: "degrade", places: [costliest], reason: "slow" }, { do: "replace" }],
  ];
}
