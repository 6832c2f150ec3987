export { exportHandlers } from "./export-handlers.ts";
export type { ExportAlerts, ExportParts } from "./export-parts.ts";
export { exportProjection } from "./export-projection.ts";
export { exportTasks, scheduleCare } from "./export-tasks.ts";
export { resyncWishes } from "./resync-wishes.ts";
export { isExportUnfinished, wishOf } from "./wish-row.ts";
