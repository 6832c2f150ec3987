import type { IncomingMessage, ServerResponse } from "node:http";
import type { MediaAnswer } from "./answer.ts";

/** What a viewer's ordinary request has none of; with one of them the careful way is taken. */
const CONDITIONS = ["range", "if-none-match", "if-range", "expect"] as const;

const CRLF = "\r\n";
const COMMON = [
  "HTTP/1.1 200 OK",
  "Access-Control-Allow-Origin: *",
  "Access-Control-Expose-Headers: Content-Range, ETag, Age, Date",
  "Timing-Allow-Origin: *",
  "Cross-Origin-Resource-Policy: cross-origin",
  "Accept-Ranges: bytes",
  "Connection: keep-alive",
  "",
].join(CRLF);

let second = 0;
let dateLine = "";

/** RFC 9110 §6.6.1, to the second. */
function date(): string {
  const now = Math.floor(Date.now() / 1000);
  if (now !== second) {
    second = now;
    dateLine = `Date: ${new Date(now * 1000).toUTCString()}${CRLF}`;
  }
  return dateLine;
}

/**
 * Answers an ordinary GET with a whole body from memory, as one write to the connection: `node:http`
 * has parsed and guarded the request, and its own way of answering would cost as much again as all the
 * rest. False where the request is not of that kind; nothing is sent then.
 */
export function sendWhole(
  request: IncomingMessage,
  response: ServerResponse,
  answer: MediaAnswer,
): boolean {
  const { socket } = response;
  const { body } = answer;
  if (body.kind !== "buffers" || request.method !== "GET") return false;
  // No socket: an answer before this one, on the same connection, is still being written.
  if (!socket || socket.destroyed || response.headersSent) return false;
  if (request.httpVersionMinor !== 1 || !response.shouldKeepAlive) return false;
  if (CONDITIONS.some((name) => request.headers[name] !== undefined)) return false;
  socket.cork();
  socket.write(headOf(answer), "latin1");
  for (const buffer of body.buffers) socket.write(buffer);
  socket.uncork();
  // The end of an answer, as `node:http` tells itself of it: the connection waits for the next request,
  // or takes the one that waits. What the viewer has not read yet stands in the socket's own queue, and
  // no further request is read while that is full.
  response.emit("finish");
  return true;
}

function headOf({ contentType, cacheControl, etag, bytes, headers }: MediaAnswer): string {
  let head = `${COMMON}Content-Type: ${contentType}${CRLF}Cache-Control: ${cacheControl}${CRLF}`;
  if (etag !== undefined) head += `ETag: ${etag}${CRLF}`;
  if (headers) {
    for (const [name, value] of Object.entries(headers)) head += `${name}: ${value}${CRLF}`;
  }
  return `${head}Content-Length: ${bytes}${CRLF}${date()}${CRLF}`;
}
