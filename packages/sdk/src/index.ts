export type {
  ApiKey,
  Archive,
  Asset,
  Broadcast,
  Delivery,
  Doctor,
  ErrorCode,
  Event,
  EventOf,
  EventType,
  Export,
  Ladder,
  Pin,
  PlaybackKey,
  Problem,
  Session,
  Sink,
  Stream,
  StreamHealth,
  Subtitle,
  Track,
} from "@oxbow/contract";
export { healthIssueCodes, publishEnds, publishRefusals } from "@oxbow/contract";
export { type Client, createClient } from "./client.ts";
export type { EventFeed, FollowFilter, FollowOptions } from "./follow-events.ts";
export { OxbowError, type OxbowErrorCode } from "./oxbow-error.ts";
export { type Page, PageRequest } from "./page-request.ts";
export { type PlaybackGrant, signPlayback, withToken } from "./sign-playback.ts";
export type { CallOptions, ClientOptions, Fetch } from "./transport.ts";
export {
  verifyWebhook,
  verifyWebhooks,
  WebhookError,
  type WebhookHeaders,
  type WebhookRequest,
} from "./verify-webhook.ts";
