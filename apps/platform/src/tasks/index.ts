export { scheduleTask, type TaskWish } from "./schedule-task.ts";
export type { DeadTask, TaskHandlers, TaskKind, TaskRun } from "./task-handler.ts";
export { startTasks, type TaskOptions, type TaskRunner } from "./task-runner.ts";
