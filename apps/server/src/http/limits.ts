/** A connection that is slow to say what it wants is closed, this much later at most. */
export const HEADERS_MS = 10_000;
export const REQUEST_MS = 60_000;
export const LOOK_MS = 5_000;
/**
 * A viewer that takes nothing for this long is let go; a player that was paused asks for the rest. It
 * is also longer than any answer is held.
 */
export const STALLED_MS = 120_000;
/** Longer than the minute that proxies keep theirs. */
export const KEEP_ALIVE_MS = 75_000;
export const CONNECTIONS = 20_000;
/** Responses that are still being read when the server stops get this long. */
export const DRAIN_MS = 5_000;
/** What node:http allows the head of a request, and HTTP/2 gets too. */
export const HEADER_BYTES = 16_384;
