import { type Failure, type LadderWish, nextRung } from "./ladder.ts";

export type WishFile = {
  readonly asset: string;
  readonly bytes: number;
  /** Seconds. */
  readonly duration: number;
  readonly files: readonly { readonly rendition: string; readonly bytes: number }[];
  /** What the file's timeline is of the wall clock, Unix milliseconds; `at` in seconds of the file. */
  readonly cut: {
    readonly from: number;
    readonly to: number;
    readonly gaps: readonly {
      readonly from: number;
      readonly to: number;
      readonly at: number;
      readonly filled: boolean;
    }[];
  };
  /** The video that shows it. */
  readonly video: string | null;
};

/** Where a wish is in its life. Times are Unix milliseconds. */
export type WishLife = {
  readonly state: "asking" | "queued" | "running" | "retrying" | "ready" | "failed" | "aborted";
  /** The media server's export that it is now; null before it is known. */
  readonly export: string | null;
  readonly progress: {
    readonly attempt: number;
    readonly percent: number;
    readonly bytes: number;
    readonly secondsLeft: number | null;
  };
  /** The media server may have been asked, and its answer is not known. */
  readonly sent: boolean;
  /** How often the media server has agreed to make it. */
  readonly asked: number;
  /** How often the site has tried again by itself, since somebody asked. */
  readonly retries: number;
  /** When it tries again; of a wish that failed, where it waits for room. */
  readonly retryAt: number | null;
  /** Who has asked for its end, before the media server has told it. */
  readonly stop: { readonly by: string; readonly why: string | null } | null;
  readonly file: WishFile | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  /** The last twenty. */
  readonly tries: readonly {
    readonly at: number;
    readonly code: string;
    readonly message: string;
  }[];
  readonly fallback: {
    readonly recording: "applied" | "offered" | "none";
    readonly video: string | null;
    readonly untrimmed: boolean;
    readonly untrimmedWish: string | null;
  } | null;
  readonly aborted: {
    readonly by: string;
    readonly why: string | null;
    readonly percent: number;
  } | null;
};

/** What happens to a wish. `export` says which export of the media server told it. */
export type WishInput =
  | { readonly do: "sent" }
  | { readonly do: "accepted"; readonly export: string }
  | { readonly do: "refused"; readonly failure: Failure }
  | { readonly do: "started"; readonly export: string; readonly attempt: number }
  | ({ readonly do: "progressed"; readonly export: string } & WishLife["progress"])
  | { readonly do: "ready"; readonly export: string; readonly file: WishFile }
  | { readonly do: "failed"; readonly export: string; readonly failure: Failure }
  | {
      readonly do: "aborted";
      readonly export: string;
      readonly by: string;
      readonly why: string | null;
      readonly percent: number;
    }
  | { readonly do: "stop"; readonly by: string; readonly why: string | null }
  | { readonly do: "retry" }
  /** What a failed wish waited for is there, or its time has come. */
  | { readonly do: "due" }
  /** Nobody wants it any more. */
  | { readonly do: "leave" }
  | { readonly do: "published"; readonly video: string }
  | { readonly do: "shown"; readonly video: string }
  | { readonly do: "untrimmed"; readonly wish: string }
  /** Its file was deleted. */
  | { readonly do: "removed"; readonly asset: string };

/** What follows from it, outside its life. */
export type WishAct =
  | { readonly do: "ask"; readonly at: number }
  /** Asks then, unless somebody has decided otherwise. */
  | { readonly do: "wait"; readonly at: number }
  | { readonly do: "abort" }
  | { readonly do: "publish"; readonly file: WishFile }
  /** A file that nobody shows is for its owner alone. */
  | { readonly do: "guard"; readonly file: WishFile }
  | { readonly do: "show recording" }
  | { readonly do: "note"; readonly code: string; readonly message: string }
  | { readonly do: "alert"; readonly severity: "warning" | "critical" }
  | { readonly do: "calm" }
  | { readonly do: "release" };

export type WishStep = { readonly life: WishLife; readonly acts: readonly WishAct[] };

type On = { readonly wish: LadderWish; readonly now: number; readonly random: number };

const TRIES = 20;
const NO_PROGRESS = { attempt: 0, percent: 0, bytes: 0, secondsLeft: null } as const;

/** The life of a wish that was just made. */
export const newLife: WishLife = {
  state: "asking",
  export: null,
  progress: NO_PROGRESS,
  sent: false,
  asked: 0,
  retries: 0,
  retryAt: null,
  stop: null,
  file: null,
  error: null,
  tries: [],
  fallback: null,
  aborted: null,
};

/** Whether a wish has its end, until somebody asks for it again. */
export function isEnded({ state }: Pick<WishLife, "state">): boolean {
  return state === "ready" || state === "failed" || state === "aborted";
}

/** The state machine of a wish. What does not fit changes nothing. Pure. */
export function step(life: WishLife, input: WishInput, on: On): WishStep {
  const same: WishStep = { life, acts: [] };
  if ("export" in input && input.do !== "accepted") {
    // Of an export that was given up, or of a wish that has ended.
    if (input.export !== life.export || isEnded(life)) return same;
  }
  switch (input.do) {
    case "sent":
      return isAsking(life) ? { life: { ...life, sent: true }, acts: [] } : same;
    case "accepted":
      return accepted(life, input.export);
    case "refused":
      return isAsking(life) ? failed(life, input.failure, on) : same;
    case "started": {
      const progress = { ...NO_PROGRESS, attempt: input.attempt };
      return { life: { ...life, state: "running", progress }, acts: [] };
    }
    case "progressed":
      return { life: { ...life, state: "running", progress: progressOf(input) }, acts: [] };
    case "ready":
      return ready(life, input.file, on);
    case "failed":
      return failed(life, input.failure, on);
    case "aborted":
      return ended(life, life.stop ?? { by: input.by, why: input.why }, input.percent);
    case "stop":
      return isEnded(life) || life.stop !== null ? same : stopped(life, input);
    case "retry":
      return life.state === "failed" || life.state === "aborted" ? again(life, on, 0) : same;
    case "due":
      return isWaiting(life) ? again(life, on, life.retries) : same;
    case "leave":
      return isWaiting(life) ? { life: { ...life, retryAt: null }, acts: [] } : same;
    case "published":
      if (life.file === null) return same;
      return { life: { ...life, file: { ...life.file, video: input.video } }, acts: [] };
    case "shown":
      if (life.fallback === null) return same;
      return {
        life: { ...life, fallback: { ...life.fallback, recording: "applied", video: input.video } },
        acts: [],
      };
    case "untrimmed":
      if (life.fallback === null) return same;
      return {
        life: { ...life, fallback: { ...life.fallback, untrimmedWish: input.wish } },
        acts: [],
      };
    case "removed":
      if (life.file?.asset !== input.asset) return same;
      return { life: { ...life, file: null }, acts: [] };
    default:
      return input satisfies never;
  }
}

const isAsking = ({ state }: WishLife): boolean => state === "asking" || state === "retrying";

const isWaiting = ({ state, retryAt }: WishLife): boolean => state === "failed" && retryAt !== null;

const progressOf = (progress: WishLife["progress"]): WishLife["progress"] => ({
  attempt: progress.attempt,
  percent: progress.percent,
  bytes: progress.bytes,
  secondsLeft: progress.secondsLeft,
});

function accepted(life: WishLife, id: string): WishStep {
  if (!isAsking(life)) return { life, acts: [] };
  const asked: WishLife = {
    ...life,
    state: "queued",
    export: id,
    sent: false,
    asked: life.asked + 1,
    retryAt: null,
    progress: NO_PROGRESS,
  };
  // Somebody asked for the end while the media server was being asked for the file.
  return { life: asked, acts: life.stop === null ? [] : [{ do: "abort" }] };
}

function ready(life: WishLife, file: WishFile, { wish }: On): WishStep {
  const { attempt } = life.progress;
  const progress = { attempt, percent: 100, bytes: file.bytes, secondsLeft: 0 };
  const done: WishLife = { ...life, state: "ready", progress, file, stop: null, error: null };
  const shown = wish.publish === "no" ? "guard" : "publish";
  return { life: done, acts: [{ do: shown, file }, { do: "calm" }, { do: "release" }] };
}

function failed(life: WishLife, failure: Failure, { wish, now, random }: On): WishStep {
  // Nobody wants it any more.
  if (life.stop !== null) return ended(life, life.stop, life.progress.percent);
  const { code, message } = failure;
  const tries = [...life.tries, { at: now, code, message }].slice(-TRIES);
  const was: WishLife = { ...life, tries, error: { code, message }, sent: false };
  const rung = nextRung(failure, life.retries, wish, { now, random });
  if (rung.do === "retry") {
    const retrying = { state: "retrying", retries: life.retries + 1, retryAt: rung.at } as const;
    return { life: { ...was, ...retrying, export: null }, acts: [{ do: "ask", at: rung.at }] };
  }
  const { recording, untrimmed, severity, retryAt } = rung;
  const video = life.fallback?.video ?? null;
  const untrimmedWish = life.fallback?.untrimmedWish ?? null;
  const acts: WishAct[] = [];
  if (recording === "applied" && video === null) acts.push({ do: "show recording" });
  if (wish.publish === "replace") acts.push({ do: "note", code, message });
  acts.push({ do: "alert", severity });
  if (retryAt !== null) acts.push({ do: "wait", at: retryAt });
  // There is nothing that could be kept.
  if (recording === "none") acts.push({ do: "release" });
  const fallback = { recording, video, untrimmed, untrimmedWish };
  const retries = retryAt === null ? life.retries : life.retries + 1;
  return { life: { ...was, state: "failed", fallback, retries, retryAt }, acts };
}

function ended(
  life: WishLife,
  { by, why }: { readonly by: string; readonly why: string | null },
  percent: number,
): WishStep {
  const aborted = { by, why, percent };
  return {
    life: { ...life, state: "aborted", aborted, sent: false, stop: null, retryAt: null },
    acts: [{ do: "calm" }, { do: "release" }],
  };
}

function stopped(
  life: WishLife,
  { by, why }: { readonly by: string; readonly why: string | null },
): WishStep {
  // The media server knows nothing of it. Of a question under way nobody knows what it brings: its
  // answer is waited for, and then the export is stopped.
  if (life.export === null && !life.sent) {
    return ended(life, { by, why }, life.progress.percent);
  }
  const wanted = { ...life, stop: { by, why } };
  return { life: wanted, acts: life.export === null ? [] : [{ do: "abort" }] };
}

function again(life: WishLife, { now }: On, retries: number): WishStep {
  return {
    life: {
      ...life,
      state: "asking",
      export: null,
      sent: false,
      progress: NO_PROGRESS,
      retries,
      retryAt: null,
      error: null,
      aborted: null,
      stop: null,
    },
    acts: [{ do: "ask", at: now }],
  };
}
