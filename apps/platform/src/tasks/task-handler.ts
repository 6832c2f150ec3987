import type { Tx } from "../store/index.ts";

/**
 * Does a task. It is done when this returns; when it throws, it comes again, later each time. It may
 * run twice (a crash between the act and its note), so it must bear that. `attempt` counts from 1;
 * `signal` aborts when the program stops, or when the task takes too long.
 */
export type TaskRun = (payload: unknown, attempt: number, signal: AbortSignal) => Promise<void>;

/** A kind of task that is tried another number of times, or has a word to say when it is given up. */
export type TaskKind = {
  readonly run: TaskRun;
  /** 10 unless told: about ten minutes. */
  readonly attempts?: number;
  /** Runs in the transaction that gives the task up. */
  readonly onDead?: (tx: Tx, payload: unknown, error: string) => Promise<void>;
};

/** What does the tasks of each kind. Tasks of a kind that is not here stay where they are. */
export type TaskHandlers = Readonly<Record<string, TaskRun | TaskKind>>;

/** A task that failed as often as it may. */
export type DeadTask = {
  readonly kind: string;
  readonly key: string | null;
  readonly payload: unknown;
  readonly attempts: number;
  /** Of the last attempt. */
  readonly error: string;
};
