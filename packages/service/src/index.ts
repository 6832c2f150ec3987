export { createLog } from "./create-log.ts";
export { runService } from "./run-service.ts";
