export { type Api, createApi } from "./api.ts";
export { authenticate } from "./authenticate.ts";
export type { HandlerInput, Handlers } from "./handlers.ts";
export type { KeyLookup } from "./ports.ts";
