import type { IncomingMessage, ServerResponse } from "node:http";
import { errors, Fault, problemMediaType, problemOf } from "@oxbow/contract";
import { CHECKSUMS, EXTENSIONS, TUS } from "./tus.ts";

/** Pages of other hosts may send files to the secret URL that their server gave them. */
const CORS: Readonly<Record<string, string>> = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Expose-Headers":
    "Location, Upload-Offset, Upload-Length, Upload-Expires, Tus-Resumable, Tus-Version, Tus-Extension, Tus-Max-Size, Tus-Checksum-Algorithm",
};
const PREFLIGHT: Readonly<Record<string, string>> = {
  "Access-Control-Allow-Methods": "OPTIONS, HEAD, PATCH, PUT, POST, DELETE",
  "Access-Control-Allow-Headers":
    "Authorization, Content-Type, Tus-Resumable, Upload-Offset, Upload-Length, Upload-Metadata, Upload-Checksum, X-HTTP-Method-Override, X-Requested-With, X-Request-ID",
  "Access-Control-Max-Age": "86400",
};
/** tus 1.0.0, checksum extension. */
const CHECKSUM_MISMATCH = 460;
/** tus 1.0.0, core protocol: another version. */
const PRECONDITION_FAILED = 412;

export type UploadReply = {
  readonly status: 200 | 201 | 204;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
};

/** What the server can do; the answer to OPTIONS. */
export function sendAbilities(response: ServerResponse, maxBytes: number): void {
  response.writeHead(204, {
    ...CORS,
    ...PREFLIGHT,
    "Tus-Resumable": TUS,
    "Tus-Version": TUS,
    "Tus-Max-Size": String(maxBytes),
    "Tus-Extension": EXTENSIONS,
    "Tus-Checksum-Algorithm": CHECKSUMS,
  });
  response.end();
}

export function sendReply(response: ServerResponse, reply: UploadReply): void {
  const body = reply.json === undefined ? undefined : Buffer.from(JSON.stringify(reply.json));
  response.writeHead(reply.status, {
    ...CORS,
    "Cache-Control": "no-store",
    "Tus-Resumable": TUS,
    ...(body && { "Content-Type": "application/json; charset=utf-8" }),
    ...(body && { "Content-Length": String(body.length) }),
    ...reply.headers,
  });
  response.end(body);
}

/** A refusal in problem details. What is left of the body is not read to its end. */
export function sendRefusal(
  request: IncomingMessage,
  response: ServerResponse,
  fault: Fault,
): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const { retryAfter, offset, version, ...details } = fault.details;
  const told = new Fault(fault.code, fault.message, {
    details: typeof offset === "number" ? { ...details, offset } : details,
    ...(fault.field === undefined ? {} : { field: fault.field }),
  });
  const body = Buffer.from(JSON.stringify(problemOf(told)));
  response.writeHead(statusOf(fault), {
    ...CORS,
    "Cache-Control": "no-store",
    "Tus-Resumable": TUS,
    "Content-Type": problemMediaType,
    "Content-Length": String(body.length),
    ...(version === true && { "Tus-Version": TUS }),
    ...(typeof offset === "number" && { "Upload-Offset": String(offset) }),
    ...(typeof retryAfter === "number" && { "Retry-After": String(Math.ceil(retryAfter)) }),
    ...(fault.code === "unauthorized" && { "WWW-Authenticate": 'Bearer realm="oxbow"' }),
    // A body that nobody reads ends with its connection; HTTP/2 has none to close.
    ...(!request.complete && request.httpVersionMajor < 2 && { Connection: "close" }),
  });
  response.end(body);
  request.resume();
}

function statusOf(fault: Fault): number {
  if (fault.code === "checksum_mismatch") return CHECKSUM_MISMATCH;
  if (fault.details["version"] === true) return PRECONDITION_FAILED;
  return errors[fault.code].status;
}
