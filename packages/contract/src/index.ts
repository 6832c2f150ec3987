export { type ErrorEntry, errors } from "./errors.ts";
export { type ErrorCode, Fault } from "./fault.ts";
export type { NewEvent } from "./new-event.ts";
