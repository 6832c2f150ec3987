export type { Caller, Cookies, Handlers, HandlersOf } from "./handlers.ts";
