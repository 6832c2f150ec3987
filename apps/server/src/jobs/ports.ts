import type { NewEvent } from "@oxbow/contract";
import type { Millis } from "@oxbow/media";
import type { JobState, StoredJob } from "./job.ts";

export type JobQuery = {
  readonly kinds: readonly string[];
  /** The stream's id. */
  readonly stream?: string;
  readonly state?: JobState;
  readonly limit: number;
  /** `next` of the page before. */
  readonly cursor?: string;
};

/** A lease as its holder knows it. */
export type HeldLease = { readonly id: string; readonly attempt: number };

/** Where jobs are kept. */
export interface JobStore<Tx> {
  /**
   * Does something where no other server can have a lease, nor get one until it is done: every lease is
   * a dead one then. Answers whether it was.
   */
  whileAlone(work: () => Promise<void>): Promise<boolean>;
  commit<T>(work: (tx: Tx) => Promise<{ value: T; events: readonly NewEvent[] }>): Promise<T>;
  get(id: string): Promise<StoredJob | undefined>;
  /** Newest first. */
  list(query: JobQuery): Promise<{ items: StoredJob[]; next: string | null }>;
  /** In one state, oldest first. */
  inState(kinds: readonly string[], state: JobState, limit: number): Promise<StoredJob[]>;
  /** Ids of running jobs whose lease ended before `now`. */
  expired(kinds: readonly string[], now: Millis, limit: number): Promise<string[]>;
  /** Whether a queued job may be taken now. */
  hasQueued(kinds: readonly string[], now: Millis): Promise<boolean>;
  /** Jobs that have not ended. */
  unfinished(tx: Tx): Promise<number>;
  insert(tx: Tx, job: StoredJob): Promise<void>;
  /** Reads a job and keeps others from changing it until the transaction ends. */
  lock(tx: Tx, id: string): Promise<StoredJob | undefined>;
  /** The same for the queued job that is next; jobs that others have locked are passed over. */
  lockNext(tx: Tx, kinds: readonly string[], now: Millis): Promise<StoredJob | undefined>;
  /** Writes a job if it still is in the state and attempt of `was`. */
  save(tx: Tx, job: StoredJob, was: StoredJob): Promise<boolean>;
  /** Moves leases on, and answers the ids of those that `owner` still had. */
  renew(owner: string, leases: readonly HeldLease[], until: Millis): Promise<ReadonlySet<string>>;
}
