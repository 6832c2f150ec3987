/** A connection that is slow to say what it wants is closed, this much later at most. */
export const HEADERS_MS = 10_000;
export const REQUEST_MS = 60_000;
export const LOOK_MS = 5_000;
/**
 * A viewer that takes nothing for this long is let go; a player that was paused asks for the rest. So
 * is a connection between two requests: proxies keep theirs for a minute. It is longer than any answer
 * is held.
 */
export const STALLED_MS = 120_000;
/** No further limit between two requests: it would be two timers for each of them. */
export const NO_TIMER = 0;
export const CONNECTIONS = 20_000;
/** Responses that are still being read when the server stops get this long. */
export const DRAIN_MS = 5_000;
/** What node:http allows the head of a request, and HTTP/2 gets too. */
export const HEADER_BYTES = 16_384;
