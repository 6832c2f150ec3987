import { type Millis, millis } from "@oxbow/media";
import type { JobChange, JobError, JobProgress, StoredJob } from "./job.ts";
import { retryTime } from "./retry-time.ts";

/** A worker proves with these that the attempt is still its own. */
export type Holder = { readonly owner: string; readonly attempt: number };

export type JobInput =
  | { readonly do: "admit" }
  | { readonly do: "lease"; readonly owner: string; readonly until: Millis }
  | { readonly do: "progress"; readonly holder: Holder; readonly progress: JobProgress }
  | { readonly do: "finish"; readonly holder: Holder; readonly result: unknown }
  | {
      readonly do: "fault";
      readonly holder: Holder;
      readonly error: JobError;
      /** In [0, 1): spreads the attempts of jobs that failed together. */
      readonly random: number;
    }
  /** The server stops in good order: the job goes back, and this costs it no attempt too many. */
  | { readonly do: "release"; readonly holder: Holder }
  /** The worker of this attempt is gone. */
  | { readonly do: "lose"; readonly attempt: number }
  | { readonly do: "abort"; readonly by: string; readonly why: string };

/** What became of a job; nothing, where the input does not fit its state. */
export type JobStep = { readonly job: StoredJob; readonly change: JobChange | null };

/** Not a time of the clock, which may be set back. */
export const AT_ONCE: Millis = millis(0);

/** The state machine of a durable job. */
export function step(job: StoredJob, input: JobInput, now: Millis): JobStep | undefined {
  switch (input.do) {
    case "admit":
      return job.state === "waiting" ? { job: queued(job, AT_ONCE, now), change: null } : undefined;
    case "lease":
      return job.state === "queued" && job.notBefore <= now
        ? started(job, input.owner, input.until, now)
        : undefined;
    case "progress":
      return holds(job, input.holder)
        ? { job: { ...job, progress: input.progress, updatedAt: now }, change: "progressed" }
        : undefined;
    case "finish":
      return holds(job, input.holder) ? ready(job, input.result, now) : undefined;
    case "fault":
      return holds(job, input.holder) ? faulted(job, input.error, input.random, now) : undefined;
    case "release":
      return holds(job, input.holder)
        ? { job: queued(job, AT_ONCE, now), change: "requeued" }
        : undefined;
    case "lose":
      return job.state === "running" && job.attempt === input.attempt
        ? faulted(job, WORKER_DIED, 0, now, AT_ONCE)
        : undefined;
    case "abort":
      return isFinished(job)
        ? undefined
        : {
            job: ended(job, "aborted", aborted(input.by, input.why), now),
            change: "aborted",
          };
    default:
      return unreachable(input);
  }
}

/** Whether the job has its one end. */
export function isFinished(job: { readonly state: StoredJob["state"] }): boolean {
  return job.state === "ready" || job.state === "failed" || job.state === "aborted";
}

const WORKER_DIED: JobError = {
  code: "worker_died",
  message: "The server ended while it worked on the job",
  retryable: true,
};

const aborted = (by: string, why: string): JobError => ({
  code: "export_aborted",
  message: why,
  retryable: false,
  by,
});

function holds(job: StoredJob, holder: Holder): boolean {
  return (
    job.state === "running" && job.attempt === holder.attempt && job.lease?.owner === holder.owner
  );
}

function started(job: StoredJob, owner: string, until: Millis, now: Millis): JobStep {
  const attempt = job.attempt + 1;
  return {
    job: { ...job, state: "running", attempt, lease: { owner, until }, updatedAt: now },
    change: "started",
  };
}

function ready(job: StoredJob, result: unknown, now: Millis): JobStep {
  const progress = { ...job.progress, percent: 100, secondsLeft: 0 };
  return { job: { ...ended(job, "ready", null, now), progress, result }, change: "ready" };
}

function faulted(
  job: StoredJob,
  error: JobError,
  random: number,
  now: Millis,
  notBefore: Millis = retryTime(job.attempt, random, now),
): JobStep {
  if (error.retryable && job.attempt < job.maxAttempts) {
    return { job: queued(job, notBefore, now), change: "requeued" };
  }
  return { job: ended(job, "failed", error, now), change: "failed" };
}

function queued(job: StoredJob, notBefore: Millis, now: Millis): StoredJob {
  return { ...job, state: "queued", lease: null, notBefore, updatedAt: now };
}

function ended(
  job: StoredJob,
  state: "ready" | "failed" | "aborted",
  error: JobError | null,
  now: Millis,
): StoredJob {
  return { ...job, state, lease: null, error, updatedAt: now };
}

function unreachable(input: never): never {
  throw new Error(`No such input: ${JSON.stringify(input)}`);
}
