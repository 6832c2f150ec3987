export { Certificates } from "./certificates.ts";
export { operatorHandlers } from "./operator-handlers.ts";
export type { OperatorParts } from "./operator-parts.ts";
export { operatorProjection } from "./operator-projection.ts";
export { operatorTasks, scheduleWatch } from "./watch.ts";
