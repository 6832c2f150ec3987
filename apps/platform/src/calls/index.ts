export type { Caller, Cookies, Handlers, HandlersOf } from "./handlers.ts";
export { numberPlace, pageOf, textPlace } from "./list-page.ts";
