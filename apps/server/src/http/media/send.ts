import type { IncomingMessage, ServerResponse } from "node:http";
import { Http2ServerResponse } from "node:http2";
import { errors, type Fault, problemMediaType, problemOf } from "@oxbow/contract";
import { RETRY_AFTER } from "../api/problems.ts";
import type { MediaAnswer } from "./answer.ts";
import { byteRange, names } from "./byte-range.ts";
import { CORS } from "./common-head.ts";
import { etagOf, takesGzip } from "./encoding.ts";
import { sendWhole } from "./send-whole.ts";
import { sendWholeHttp2 } from "./send-whole-http2.ts";

/** What players send besides: conditions and ranges, and their figures (CTA-5004, CMCD). */
const ALLOWED =
  "Range, If-None-Match, If-Range, CMCD-Object, CMCD-Request, CMCD-Session, CMCD-Status";

/** Answers a preflight request; browsers keep the answer for a day. */
export function sendPreflight(request: IncomingMessage, response: ServerResponse): void {
  const local = request.headers["access-control-request-private-network"] === "true";
  response.writeHead(204, {
    ...CORS,
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": ALLOWED,
    "Access-Control-Max-Age": "86400",
    // A public page may play from a server on its viewer's own network.
    ...(local ? { "Access-Control-Allow-Private-Network": "true" } : {}),
  });
  response.end();
}

/** Refusals of one viewer, which no other may be given by a cache. */
const ONE_VIEWERS: ReadonlySet<number> = new Set([401, 403, 429]);

/** Told how many bytes of the body were handed to the connection. */
type Served = (bytes: number) => void;

/**
 * Sends an answer: compressed where the viewer takes that, the whole of it, the range that is asked for
 * (RFC 9110 §14), or 304 (§13). A promise where the body has to be compressed or read first.
 */
export function send(
  request: IncomingMessage,
  response: ServerResponse,
  answer: MediaAnswer,
  served: Served,
): Promise<void> | undefined {
  // A range is one of the bytes as they are.
  if (answer.gzip && request.headers.range === undefined && takesGzip(encodingsOf(request))) {
    const zipped = answer.gzip();
    if (zipped instanceof Promise) {
      return zipped.then((made) => sendAs(request, response, answer, made, served));
    }
    return sendAs(request, response, answer, zipped, served);
  }
  return sendAs(request, response, answer, undefined, served);
}

function encodingsOf({ headers }: IncomingMessage): string {
  return headers["accept-encoding"]?.toString() ?? "";
}

function sendAs(
  request: IncomingMessage,
  response: ServerResponse,
  answer: MediaAnswer,
  zipped: Uint8Array | undefined,
  served: Served,
): Promise<void> | undefined {
  const bytes = zipped ? zipped.length : answer.bytes;
  const sent =
    response instanceof Http2ServerResponse
      ? sendWholeHttp2(request, response, answer, zipped)
      : sendWhole(request, response, answer, zipped);
  if (sent) {
    served(bytes);
    return undefined;
  }
  const etag = etagOf(answer, zipped);
  const headers = headersOf(answer, etag, zipped !== undefined);
  if (etag !== undefined && names(request.headers["if-none-match"], etag)) {
    response.writeHead(304, headers).end();
    return undefined;
  }
  const range = rangeOf(request, etag, bytes);
  if (range === "outside") {
    headers["Content-Range"] = `bytes */${bytes}`;
    headers["Content-Length"] = 0;
    response.writeHead(416, headers).end();
    return undefined;
  }
  const { start, end } = range === "whole" ? { start: 0, end: bytes } : range;
  headers["Content-Length"] = end - start;
  if (range !== "whole") headers["Content-Range"] = `bytes ${start}-${end - 1}/${bytes}`;
  response.writeHead(range === "whole" ? 200 : 206, headers);
  if (request.method === "HEAD") {
    response.end();
    return undefined;
  }
  const { body } = answer;
  if (zipped) sendBuffers(response, [zipped], 0, bytes);
  else if (body.kind === "reader") return sendRead(response, body.read(start, end), served);
  else sendBuffers(response, body.buffers, start, end);
  served(end - start);
  return undefined;
}

function headersOf(
  answer: MediaAnswer,
  etag: string | undefined,
  zipped: boolean,
): Record<string, string | number> {
  return {
    ...CORS,
    "Content-Type": answer.contentType,
    "Cache-Control": answer.cacheControl,
    ...(zipped ? { "Content-Encoding": "gzip" } : { "Accept-Ranges": "bytes" }),
    ...(answer.gzip ? { Vary: "Accept-Encoding" } : {}),
    ...(etag === undefined ? {} : { ETag: etag }),
    ...answer.headers,
  };
}

function rangeOf(request: IncomingMessage, etag: string | undefined, bytes: number) {
  const ifRange = request.headers["if-range"];
  // §13.1.5: a strong comparison; a date is never ours, since no Last-Modified is sent.
  if (ifRange !== undefined && ifRange !== etag) return "whole";
  return byteRange(request.headers.range, bytes);
}

async function sendRead(
  response: ServerResponse,
  pieces: AsyncIterable<Uint8Array>,
  served: Served,
): Promise<void> {
  for await (const piece of pieces) {
    await written(response, piece);
    served(piece.length);
    if (hasLeft(response)) return;
  }
  response.end();
}

function hasLeft(response: ServerResponse): boolean {
  return response instanceof Http2ServerResponse ? response.stream.destroyed : response.destroyed;
}

function sendBuffers(
  response: ServerResponse,
  buffers: readonly Uint8Array[],
  start: number,
  end: number,
): void {
  let at = 0;
  response.cork();
  for (const buffer of buffers) {
    const from = Math.max(0, start - at);
    const to = Math.min(buffer.length, end - at);
    at += buffer.length;
    if (from < to) response.write(to - from === buffer.length ? buffer : buffer.subarray(from, to));
  }
  response.end();
  response.uncork();
}

/** Resolves when the bytes are handed to the system, so that the buffer is free again; or the viewer is gone. */
function written(response: ServerResponse, piece: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off("close", done);
      resolve();
    };
    response.once("close", done);
    response.write(piece, done);
  });
}

/**
 * RFC 9457 problem details. Two details of the fault are said in headers instead: `retryAfter` seconds,
 * and `maxAge`, how many seconds a cache may keep the refusal (1 unless told; one of the server's own
 * is kept only where that is told).
 */
export function sendProblem(response: ServerResponse, fault: Fault): void {
  if (response.headersSent || hasLeft(response)) {
    response.destroy();
    return;
  }
  const { status } = errors[fault.code];
  const { retryAfter, maxAge } = fault.details;
  // JSON leaves out what is undefined.
  const told = { ...problemOf(fault), retryAfter: undefined, maxAge: undefined };
  const body = Buffer.from(JSON.stringify(told));
  const wait = typeof retryAfter === "number" ? Math.ceil(retryAfter) : undefined;
  const shared = status < 500 && !ONE_VIEWERS.has(status);
  const seconds = typeof maxAge === "number" ? Math.floor(maxAge) : shared ? 1 : undefined;
  response.writeHead(status, {
    ...CORS,
    "Content-Type": problemMediaType,
    "Content-Length": body.length,
    "Cache-Control": seconds === undefined ? "no-store" : `public, max-age=${seconds}`,
    ...(wait === undefined && status !== 503 ? {} : { "Retry-After": wait ?? RETRY_AFTER }),
    // RFC 9110 §15.5.2 wants one; the token itself goes into the path.
    ...(status === 401 ? { "WWW-Authenticate": 'Bearer realm="oxbow"' } : {}),
  });
  response.end(body);
}
