export type { EventProjection } from "./event-projection.ts";
