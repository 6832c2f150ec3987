export { type Api, createApi } from "./api.ts";
export type { HandlerInput, Handlers } from "./handlers.ts";
