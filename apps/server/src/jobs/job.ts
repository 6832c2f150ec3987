import type { ErrorCode, NewEvent } from "@oxbow/contract";
import type { Millis } from "@oxbow/media";

export type JobState = "waiting" | "queued" | "running" | "ready" | "failed" | "aborted";

export type JobProgress = {
  readonly percent: number;
  readonly bytes: number;
  readonly secondsLeft: number | null;
  /** What a further attempt goes on from; the kind's own. */
  readonly checkpoint?: unknown;
};

export type JobError = {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable: boolean;
  /** Who aborted it. */
  readonly by?: string;
  /** The last words of a program that failed. */
  readonly detail?: string;
};

/** A durable job: it ends exactly once, whatever crashes. */
export type Job = {
  readonly id: string;
  readonly kind: string;
  readonly stream: string | null;
  readonly state: JobState;
  /** 0 until a worker took it; grows by one each time. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** JSON: what was asked for. */
  readonly spec: unknown;
  readonly progress: JobProgress;
  /** JSON, when ready. */
  readonly result: unknown;
  readonly error: JobError | null;
  /** The finished job that this one repeats. */
  readonly retryOf: string | null;
  readonly createdAt: Millis;
  readonly updatedAt: Millis;
};

/** A job with what only the queue needs. */
export type StoredJob = Job & {
  /** Who runs it, and until when nobody else may take it. */
  readonly lease: { readonly owner: string; readonly until: Millis } | null;
  /** A queued job is not taken before. */
  readonly notBefore: Millis;
};

export type JobChange = "started" | "progressed" | "ready" | "failed" | "aborted" | "requeued";

/** How jobs of one kind are worked and told of. */
export type JobKind<Tx> = {
  readonly kind: string;
  readonly idPrefix: "exp";
  readonly maxAttempts: number;
  /** How many a server works on at one time, apart from other kinds; absent: as many as the queue's. */
  readonly running?: number;
  /**
   * Does the work, and answers the result (JSON). A `Fault` fails the attempt, and is tried again where
   * its code is retryable; anything else counts as `internal`. The signal aborts when the job was
   * aborted, its lease lost or the server stopped: nothing that comes after is kept.
   */
  run(
    job: Job,
    context: { readonly signal: AbortSignal; readonly report: (progress: JobProgress) => void },
  ): Promise<unknown>;
  /** In the transaction of the change: answers its events, and does what must commit with it. */
  onChange(tx: Tx, job: Job, change: JobChange): Promise<readonly NewEvent[]>;
  /** Whether a waiting job may be queued. Without it, all may. */
  mayRun?(job: Job): Promise<boolean>;
};
