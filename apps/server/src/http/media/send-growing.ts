import type { IncomingMessage, ServerResponse } from "node:http";
import { constants, Http2ServerResponse } from "node:http2";
import { CORS } from "./common-head.ts";
import type { GrowingBody, GrowingWriter } from "./growing-body.ts";
import type { StreamOptions } from "./open-stream.ts";

/**
 * Sends the head of an answer of unknown length and lets it grow: chunks on HTTP/1.1 (RFC 9112 §7.1),
 * DATA frames on HTTP/2. It has an end, so the connection is kept, and players ask for the next segment
 * on it. When the server stops, or shows the viewer out, it is cut.
 */
export function sendGrowing(
  request: IncomingMessage,
  response: ServerResponse,
  body: GrowingBody,
  { asked, viewing, open }: StreamOptions,
): void {
  const { contentType, cacheControl, headers } = body;
  response.writeHead(200, {
    ...CORS,
    "Content-Type": contentType,
    "Cache-Control": cacheControl,
    ...headers,
  });
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  const writer = new ResponseWriter(response, (bytes) => viewing?.served(asked, bytes));
  const closable = { close: () => writer.cut() };
  response.once("close", () => {
    open.delete(closable);
    writer.closed();
  });
  open.add(closable);
  body.grow(writer);
}

class ResponseWriter implements GrowingWriter {
  readonly #response: ServerResponse;
  readonly #served: (bytes: number) => void;
  #onClose: (() => void) | undefined;
  #over = false;
  #closed = false;

  constructor(response: ServerResponse, served: (bytes: number) => void) {
    this.#response = response;
    this.#served = served;
  }

  write(buffers: readonly Uint8Array[]): void {
    if (this.#over) return;
    const response = this.#response;
    let bytes = 0;
    response.cork();
    for (const buffer of buffers) {
      bytes += buffer.length;
      response.write(buffer);
    }
    response.uncork();
    this.#served(bytes);
  }

  end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#response.end();
  }

  cut(): void {
    if (this.#closed) return;
    this.#over = true;
    const response = this.#response;
    if (response instanceof Http2ServerResponse) {
      response.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    } else {
      response.destroy();
    }
  }

  onClose(listener: () => void): void {
    if (this.#closed) listener();
    else this.#onClose = listener;
  }

  /** The answer is over, or the connection is gone. */
  closed(): void {
    this.#closed = true;
    this.#over = true;
    this.#onClose?.();
  }
}
