export { scheduleTask, type TaskWish } from "./schedule-task.ts";
export { startTasks, type TaskHandlers, type TaskRunner } from "./task-runner.ts";
