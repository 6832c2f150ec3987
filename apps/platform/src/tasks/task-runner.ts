import type { Store } from "../store/index.ts";
import type { World } from "../world.ts";

/**
 * What does the tasks of each kind. A task is done when its handler returns; when it throws, it comes
 * again, later each time. It may run twice (a crash between the act and its note), so it must bear that.
 */
export type TaskHandlers = Readonly<
  Record<string, (payload: unknown, attempt: number) => Promise<void>>
>;

export interface TaskRunner extends AsyncDisposable {
  /** Resolves when nothing is due and nothing runs. */
  idle(): Promise<void>;
}

/** Runs tasks when they are due, until it is disposed. */
export function startTasks(_store: Store, _world: World, _handlers: TaskHandlers): TaskRunner {
  throw new Error("in the making");
}
