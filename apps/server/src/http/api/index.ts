export { type Api, type ApiOptions, createApi } from "./api.ts";
export type { Feed, FeedInput, HandlerInput, Handlers, Operation } from "./handlers.ts";
export type { Caller, Claim, IdempotencyPort, KeyLookup } from "./ports.ts";
