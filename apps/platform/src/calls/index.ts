export type { Caller, Handlers, HandlersOf } from "./handlers.ts";
