import type { IncomingMessage } from "node:http";
import type { Http2ServerResponse } from "node:http2";
import type { MediaAnswer } from "./answer.ts";
import { CORS } from "./common-head.ts";
import { etagOf } from "./encoding.ts";
import { isOrdinary } from "./ordinary.ts";

/** Names and values in turn: what `node:http2` hands on as it is. An object is looked through twice. */
const COMMON: readonly string[] = [
  ":status",
  "200",
  ...Object.entries(CORS).flatMap(([name, value]) => [name.toLowerCase(), value]),
];

/**
 * Answers an ordinary GET of HTTP/2 with a whole body from memory, past the compatibility layer, which
 * keeps every stream open for trailers that we have none of. False where the request is not of that
 * kind; nothing is sent then.
 */
export function sendWholeHttp2(
  request: IncomingMessage,
  { stream }: Http2ServerResponse,
  answer: MediaAnswer,
  zipped: Uint8Array | undefined,
): boolean {
  const { body } = answer;
  if (body.kind !== "buffers" || !isOrdinary(request)) return false;
  // A viewer who left: there is nobody to answer.
  if (stream.destroyed || stream.closed) return true;
  stream.respond(headersOf(answer, zipped));
  const buffers = zipped ? [zipped] : body.buffers;
  const [only] = buffers;
  if (only && buffers.length === 1) {
    stream.end(only);
    return true;
  }
  stream.cork();
  for (const buffer of buffers) stream.write(buffer);
  stream.uncork();
  stream.end();
  return true;
}

function headersOf(answer: MediaAnswer, zipped: Uint8Array | undefined): string[] {
  const { contentType, cacheControl, headers: further } = answer;
  const headers = [...COMMON, "content-type", contentType, "cache-control", cacheControl];
  const etag = etagOf(answer, zipped);
  if (etag !== undefined) headers.push("etag", etag);
  if (answer.gzip) headers.push("vary", "Accept-Encoding");
  if (zipped) headers.push("content-encoding", "gzip");
  else headers.push("accept-ranges", "bytes");
  headers.push("content-length", String(zipped ? zipped.length : answer.bytes));
  for (const name in further) headers.push(name.toLowerCase(), further[name] ?? "");
  return headers;
}
