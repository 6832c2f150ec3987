/** Why the media server made no file. */
export type Failure = {
  readonly code: string;
  readonly message: string;
  /** The same may well succeed later. */
  readonly retryable: boolean;
  /** Whether the archive has the recording. */
  readonly recorded: boolean;
};

/** What the ladder has to know of a wish. */
export type LadderWish = {
  readonly publish: "no" | "replace" | "clip";
  /** All of the video as it was recorded, untouched: nothing simpler could be asked for. */
  readonly plain: boolean;
};

/** What is done when there is no file: one rung. */
export type Rung =
  | { readonly do: "retry"; readonly at: number }
  | {
      readonly do: "fall back";
      /** The recording is shown in the file's place, is offered, or is not there. */
      readonly recording: "applied" | "offered" | "none";
      /** Whether a plain copy of the whole is worth a try. */
      readonly untrimmed: boolean;
      /** When it is tried again by itself all the same; null: not before somebody asks. */
      readonly retryAt: number | null;
      readonly severity: "warning" | "critical";
    };

/** The longest waits before the site tries again by itself; the media server has tried five times before each. */
const WAITS_MS: readonly number[] = [15_000, 60_000, 240_000];
const MINUTE_MS = 60_000;
/** No wait of ours makes room on a disk: people have the fallback at once, and the operator hears of it. */
const NO_ROOM = "storage_full";
/** The longest waits for room that nobody tells of; where it is told, no wait is waited out. */
const ROOM_WAITS_MS: readonly number[] = [10, 30, 120, 360, 720, 1440].map(
  (minutes) => minutes * MINUTE_MS,
);

/** Whether a file could not be made for want of room. */
export const wantsRoom = ({ code }: Pick<Failure, "code">): boolean => code === NO_ROOM;

/**
 * The fallback ladder: again after a while, if that can help, with jitter by `random` in [0, 1); then the
 * recording in the place of the file, a plain copy as an offer, and the operator. Where a disk is full
 * it begins with these, and tries again rarely. Pure.
 */
export function nextRung(
  failure: Failure,
  retries: number,
  { publish, plain }: LadderWish,
  { now, random }: { readonly now: number; readonly random: number },
): Rung {
  const full = wantsRoom(failure);
  const wait = full || failure.retryable ? (full ? ROOM_WAITS_MS : WAITS_MS)[retries] : undefined;
  const at = wait === undefined ? null : now + Math.round(wait * (0.5 + random / 2));
  if (at !== null && !full) return { do: "retry", at };
  const { recorded } = failure;
  const shown = publish === "no" ? "offered" : "applied";
  return {
    do: "fall back",
    recording: recorded ? shown : "none",
    untrimmed: recorded && !plain,
    retryAt: at,
    severity: recorded ? "warning" : "critical",
  };
}
