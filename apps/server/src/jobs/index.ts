export type { Job, JobChange, JobError, JobKind, JobProgress, JobState, StoredJob } from "./job.ts";
export {
  type Alongside,
  createJobs,
  type Jobs,
  type JobsOptions,
  type JobsRecovery,
  type NewJob,
} from "./jobs.ts";
export type { HeldLease, JobQuery, JobStore } from "./ports.ts";
