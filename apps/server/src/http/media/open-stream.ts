import type { IncomingMessage, ServerResponse } from "node:http";
import { Http2ServerResponse } from "node:http2";
import type { Duplex } from "node:stream";
import { CORS, commonHead } from "./common-head.ts";
import type { Viewing } from "./gate.ts";
import type { MediaRequest } from "./media-request.ts";
import type { MediaStream, MediaWriter } from "./media-stream.ts";
import type { OpenAnswers } from "./open-answers.ts";

/** How long a viewer may take to read what was written before the end. */
const LAST_MS = 5_000;

export type StreamOptions = {
  readonly asked: MediaRequest;
  readonly viewing: Viewing | undefined;
  readonly open: OpenAnswers;
};

/**
 * Sends the head of an endless answer and opens it. On HTTP/1.1 the end of the connection is the end
 * of the body (RFC 9112 §6.3), so that buffers go to it as they are; on HTTP/2 they go to the stream.
 */
export function openStream(
  request: IncomingMessage,
  response: ServerResponse,
  media: MediaStream,
  options: StreamOptions,
): void {
  if (request.method === "HEAD") {
    response.writeHead(200, headersOf(media)).end();
    return;
  }
  if (response instanceof Http2ServerResponse) {
    const { stream } = response;
    if (stream.destroyed) return;
    stream.respond({ ":status": 200, ...headersOf(media) });
    begin(stream, response, media, options);
    return;
  }
  // A client of HTTP/1.0 knows no chunks.
  const known = (request.httpVersionMinor === 1 && media.chunked) || media;
  if (response.socket) {
    onConnection(response.socket, response, known, options);
  } else {
    // An answer before this one, on the same connection, is still being written.
    response.once("socket", (socket) => onConnection(socket, response, known, options));
  }
}

function headersOf({ contentType, cacheControl, headers }: MediaStream): Record<string, string> {
  return { ...CORS, "Content-Type": contentType, "Cache-Control": cacheControl, ...headers };
}

function onConnection(
  socket: Duplex,
  response: ServerResponse,
  media: MediaStream,
  options: StreamOptions,
): void {
  socket.write(`${commonHead(media, "close")}\r\n`, "latin1");
  begin(socket, response, media, options);
}

function begin(
  sink: Duplex,
  response: ServerResponse,
  media: MediaStream,
  { asked, viewing, open }: StreamOptions,
): void {
  const writer = new SinkWriter(sink, (bytes) => viewing?.served(asked, bytes));
  open.add(writer);
  sink.once("close", () => {
    open.delete(writer);
    viewing?.left?.(asked);
    writer.closed();
  });
  viewing?.joined?.(asked, writer);
  try {
    media.open(writer);
  } catch (error) {
    response.destroy();
    throw error;
  }
}

/** Writes to a connection, or to one stream of it. */
class SinkWriter implements MediaWriter {
  readonly #sink: Duplex;
  readonly #served: (bytes: number) => void;
  #onClose: (() => void) | undefined;
  #closed = false;

  constructor(sink: Duplex, served: (bytes: number) => void) {
    this.#sink = sink;
    this.#served = served;
  }

  get queuedBytes(): number {
    return this.#sink.writableLength;
  }

  write(buffers: readonly Uint8Array[]): boolean {
    const sink = this.#sink;
    if (!sink.writable) return false;
    const [only] = buffers;
    if (only !== undefined && buffers.length === 1) {
      // Nearly all writes of a live stream: a cork would only cost.
      const taken = sink.write(only);
      this.#served(only.length);
      return taken;
    }
    let bytes = 0;
    let room = true;
    sink.cork();
    for (const buffer of buffers) {
      bytes += buffer.length;
      room = sink.write(buffer);
    }
    sink.uncork();
    this.#served(bytes);
    return room;
  }

  onDrain(listener: () => void): void {
    this.#sink.on("drain", listener);
  }

  onClose(listener: () => void): void {
    if (this.#closed) listener();
    else this.#onClose = listener;
  }

  close(): void {
    const sink = this.#sink;
    if (sink.writableEnded || sink.destroyed) return;
    sink.end();
    const late = setTimeout(() => sink.destroy(), LAST_MS);
    sink.once("close", () => clearTimeout(late));
  }

  /** The connection is gone. */
  closed(): void {
    this.#closed = true;
    this.#onClose?.();
  }
}
