import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { MediaAnswer } from "./answer.ts";
import { commonHead, headSecond } from "./common-head.ts";
import { etagOf } from "./encoding.ts";
import { isOrdinary } from "./ordinary.ts";
import { preparedBytes } from "./prepared.ts";

const CRLF = "\r\n";

/**
 * Answers an ordinary GET with a whole body from memory, as one write to the connection: `node:http`
 * has parsed and guarded the request, and its own way of answering would cost as much again as all the
 * rest. False where the request is not of that kind; nothing is sent then.
 */
export function sendWhole(
  request: IncomingMessage,
  response: ServerResponse,
  answer: MediaAnswer,
  zipped: Uint8Array | undefined,
): boolean {
  const { body } = answer;
  if (body.kind !== "buffers" || !isOrdinary(request)) return false;
  if (request.httpVersion !== "1.1" || !response.shouldKeepAlive) return false;
  const { socket } = response;
  // No socket: an answer before this one, on the same connection, is still being written.
  if (!socket || socket.destroyed || response.headersSent) return false;
  write(socket, answer, zipped ? [zipped] : body.buffers, () => headOf(answer, zipped));
  // The end of an answer, as `node:http` tells itself of it: the connection waits for the next request,
  // or takes the one that waits. What the viewer has not read yet stands in the socket's own queue, and
  // no further request is read while that is full.
  response.emit("finish");
  return true;
}

function write(
  socket: Socket,
  answer: MediaAnswer,
  buffers: readonly Uint8Array[],
  head: () => string,
): void {
  const [only] = buffers;
  const whole =
    only && buffers.length === 1 ? preparedBytes(answer, only, headSecond(), head) : undefined;
  if (whole) {
    socket.write(whole);
    return;
  }
  socket.cork();
  socket.write(head(), "latin1");
  for (const buffer of buffers) socket.write(buffer);
  socket.uncork();
}

function headOf(answer: MediaAnswer, zipped: Uint8Array | undefined): string {
  const etag = etagOf(answer, zipped);
  let head = commonHead(answer, "keep-alive");
  if (etag !== undefined) head += `ETag: ${etag}${CRLF}`;
  if (answer.gzip) head += `Vary: Accept-Encoding${CRLF}`;
  head += zipped ? `Content-Encoding: gzip${CRLF}` : `Accept-Ranges: bytes${CRLF}`;
  return `${head}Content-Length: ${zipped ? zipped.length : answer.bytes}${CRLF}${CRLF}`;
}
