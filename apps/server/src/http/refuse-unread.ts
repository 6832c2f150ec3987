import type { Socket } from "node:net";
import { errors, Fault, problemMediaType, problemOf } from "@oxbow/contract";

/** Answers a request that is no HTTP, so that no route ever saw it, and closes its connection. */
export function refuseUnread(
  error: NodeJS.ErrnoException,
  socket: Pick<Socket, "writable" | "end" | "destroy">,
): void {
  // A connection that broke, or in the middle of another answer: there is nobody to tell.
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const fault = faultOf(error.code);
  const { status, title } = errors[fault.code];
  const body = JSON.stringify(problemOf(fault));
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\nContent-Type: ${problemMediaType}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

function faultOf(code: string | undefined): Fault {
  switch (code) {
    case "HPE_HEADER_OVERFLOW":
      return new Fault("header_too_large", "Send a shorter URL, or shorter headers");
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return new Fault("request_timeout", "Send the request in one go");
    case undefined:
    default:
      return new Fault("invalid_request", "The request is not valid HTTP");
  }
}
