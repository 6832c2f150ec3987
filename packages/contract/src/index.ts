export * from "./entities/index.ts";
export { type ErrorEntry, errors } from "./errors.ts";
export * from "./events/index.ts";
export { type ErrorCode, Fault } from "./fault.ts";
export { type NewEvent, newEvent } from "./new-event.ts";
export { openapi } from "./openapi/openapi.ts";
export { errorCodes, Problem, problemMediaType, problemOf } from "./problem.ts";
export {
  apiPath,
  type OperationId,
  operationIds,
  type Route,
  type RouteResponse,
  type Routes,
  routes,
} from "./routes/index.ts";
export type { Input, Output, Schema } from "./schema.ts";
export type { Told } from "./told.ts";
export { type FieldError, validate } from "./validate.ts";
