export { createInbox } from "./create-inbox.ts";
export type { EventProjection, EventProjections } from "./event-projection.ts";
export type { Inbox, InboxOptions, InboxState, PoisonedEvent, Receipt } from "./inbox.ts";
export { type MediaServerAt, mediaClient, mediaFault, waitForMedia } from "./media-client.ts";
export { readMediaState, writeMediaState } from "./media-state.ts";
