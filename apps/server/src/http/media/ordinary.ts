import type { IncomingMessage } from "node:http";

/**
 * Whether a request asks for the whole of something and sets no conditions, as nearly all do: the
 * answer is 200 whatever there is.
 */
export function isOrdinary({ method, headers }: IncomingMessage): boolean {
  return (
    method === "GET" &&
    headers.range === undefined &&
    headers["if-none-match"] === undefined &&
    headers["if-range"] === undefined &&
    headers.expect === undefined
  );
}
