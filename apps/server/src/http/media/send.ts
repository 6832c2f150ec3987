import type { IncomingMessage, ServerResponse } from "node:http";
import { errors, type Fault, problemMediaType, problemOf } from "@oxbow/contract";
import type { MediaAnswer } from "./answer.ts";
import { byteRange, names } from "./byte-range.ts";
import { sendWhole } from "./send-whole.ts";

/** Playback is open to every page; `http.md` fixes what scripts may read. */
const CORS: Readonly<Record<string, string>> = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Expose-Headers": "Content-Range, ETag, Age, Date",
  "Timing-Allow-Origin": "*",
  "Cross-Origin-Resource-Policy": "cross-origin",
};

/** Answers a preflight request; browsers keep the answer for a day. */
export function sendPreflight(response: ServerResponse): void {
  response.writeHead(204, {
    ...CORS,
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Range, If-None-Match, If-Range",
    "Access-Control-Max-Age": "86400",
  });
  response.end();
}

/**
 * Sends an answer: the whole of it, the range that is asked for (RFC 9110 §14), or 304 (§13). A promise
 * where the body has to be read first.
 */
export function send(
  request: IncomingMessage,
  response: ServerResponse,
  answer: MediaAnswer,
): Promise<void> | undefined {
  if (sendWhole(request, response, answer)) return undefined;
  const { etag, bytes } = answer;
  const headers: Record<string, string | number> = {
    ...CORS,
    "Content-Type": answer.contentType,
    "Cache-Control": answer.cacheControl,
    "Accept-Ranges": "bytes",
    ...answer.headers,
  };
  if (etag !== undefined) {
    headers["ETag"] = etag;
    if (names(request.headers["if-none-match"], etag)) {
      response.writeHead(304, headers).end();
      return undefined;
    }
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
  if (body.kind === "reader") return sendRead(response, body.read(start, end));
  sendBuffers(response, body.buffers, start, end);
  return undefined;
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
): Promise<void> {
  for await (const piece of pieces) {
    await written(response, piece);
    if (response.destroyed) return;
  }
  response.end();
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

/** RFC 9457 problem details; `maxAge` is how long a cache may keep the refusal. */
export function sendProblem(response: ServerResponse, fault: Fault, maxAge = 1): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { status } = errors[fault.code];
  const body = Buffer.from(JSON.stringify(problemOf(fault)));
  response.writeHead(status, {
    ...CORS,
    "Content-Type": problemMediaType,
    "Content-Length": body.length,
    "Cache-Control": status >= 500 ? "no-store" : `public, max-age=${maxAge}`,
  });
  response.end(body);
}
