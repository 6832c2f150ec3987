import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { type AmfObject, type AmfValue, writeAmf0 } from "@oxbow/containers";
import { ChunkEncoder } from "./chunk-encoder.ts";
import { ClientConnection } from "./client-connection.ts";
import type { DigestScheme } from "./handshake-digest.ts";
import { chunkStream, messageType } from "./message.ts";

export type RtmpPublishOptions = (
  | { readonly url: string }
  | { readonly host?: string; readonly port?: number; readonly app: string; readonly key: string }
) & {
  readonly chunkSize?: number;
  readonly handshake?: DigestScheme | "simple";
  /** Repeat extended timestamps on type 3 chunks; off to speak as OBS did before 2024. */
  readonly repeatExtended?: boolean;
  /** Further properties of `connect`, as `capsEx` and `fourCcList`. */
  readonly connect?: AmfObject;
  /** Milliseconds until the publish must be accepted; 10,000 where not given. */
  readonly timeoutMs?: number;
  /** `onStatus` after the publish was accepted. */
  readonly onStatus?: (info: AmfObject) => void;
};

/** A publish session of ours at an RTMP server. Disposing ends it cleanly. */
export interface RtmpPublisher extends AsyncDisposable {
  /**
   * Sends a tag body as FLV carries it. `timestamp` is in milliseconds. False when the socket's
   * buffer is full: `drained` says when it is not.
   */
  send(kind: "audio" | "video", timestamp: number, body: Uint8Array): boolean;
  /** Sends `@setDataFrame` and a name with its values. */
  data(name: string, ...values: readonly AmfValue[]): boolean;
  drained(): Promise<void>;
  /** Settles when the connection is closed, by whomever. */
  readonly closed: Promise<void>;
  /** The answer to `connect`. */
  readonly connected: AmfObject;
  /** Says that no more will come (FCUnpublish, deleteStream); the connection stays. */
  unpublish(): void;
  /** Unpublishes and closes. Harmless when repeated. */
  close(): Promise<void>;
  /** Cuts the connection, as a lost network does. */
  destroy(): void;
}

/**
 * Publishes to an RTMP server.
 * @throws PublishRefused where the server says no; the socket's error where there is none.
 */
export async function publishRtmp(options: RtmpPublishOptions): Promise<RtmpPublisher> {
  const target = targetOf(options);
  const socket = connect({ port: target.port, host: target.host, noDelay: true });
  const publisher = new Publisher(socket, options, target);
  try {
    await publisher.open();
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return publisher;
}

type Target = {
  readonly host: string;
  readonly port: number;
  readonly app: string;
  readonly key: string;
};

function targetOf(options: RtmpPublishOptions): Target {
  if (!("url" in options)) {
    const { host = "127.0.0.1", port = 1935, app, key } = options;
    return { host, port, app, key };
  }
  const url = new URL(options.url);
  const parts = url.pathname.slice(1).split("/");
  const key = `${parts.pop() ?? ""}${url.search}`;
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  return { host, port: Number(url.port || 1935), app: parts.join("/"), key };
}

class Publisher implements RtmpPublisher {
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #encoder: ChunkEncoder;
  readonly #connection: ClientConnection;
  readonly #options: RtmpPublishOptions;

  constructor(socket: Socket, options: RtmpPublishOptions, target: Target) {
    this.#socket = socket;
    this.#options = options;
    const { repeatExtended, handshake = "simple", chunkSize = 4096 } = options;
    this.#encoder = new ChunkEncoder(repeatExtended === undefined ? {} : { repeatExtended });
    const shown = target.host.includes(":") ? `[${target.host}]` : target.host;
    this.#connection = new ClientConnection({
      app: target.app,
      key: target.key,
      tcUrl: `rtmp://${shown}:${target.port}/${target.app}`,
      handshake,
      chunkSize,
      encoder: this.#encoder,
      connect: options.connect ?? {},
      send: (bytes) => void socket.write(bytes),
      onStatus: options.onStatus,
    });
    socket.on("data", (bytes: Buffer) => {
      try {
        this.#connection.push(bytes);
      } catch (error) {
        socket.destroy(error instanceof Error ? error : new Error(String(error)));
      }
    });
    socket.on("error", (error) => this.#connection.lost(error));
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    socket.on("close", () => {
      this.#connection.lost(new Error("The server closed the connection"));
      resolve();
    });
  }

  get connected(): AmfObject {
    return this.#connection.connected;
  }

  async open(): Promise<void> {
    const timeout = this.#options.timeoutMs ?? 10_000;
    const timer = setTimeout(() => {
      this.#socket.destroy(new Error(`The server did not accept the publish in ${timeout} ms`));
    }, timeout);
    this.#connection.begin();
    try {
      await this.#connection.published;
    } finally {
      clearTimeout(timer);
    }
  }

  send(kind: "audio" | "video", timestamp: number, body: Uint8Array): boolean {
    const { streamId } = this.#connection;
    const chunks = kind === "audio" ? chunkStream.audio : chunkStream.video;
    return this.#write(this.#encoder.encode(chunks, messageType[kind], streamId, timestamp, body));
  }

  data(name: string, ...values: readonly AmfValue[]): boolean {
    const body = writeAmf0("@setDataFrame", name, ...values);
    const { streamId } = this.#connection;
    return this.#write(this.#encoder.encode(chunkStream.data, messageType.data, streamId, 0, body));
  }

  async drained(): Promise<void> {
    if (!this.#socket.writableNeedDrain || this.#socket.destroyed) return;
    await Promise.race([once(this.#socket, "drain"), this.closed]);
  }

  unpublish(): void {
    if (this.#socket.writable) this.#connection.unpublish();
  }

  async close(): Promise<void> {
    if (!this.#socket.destroyed && this.#socket.writable) {
      this.unpublish();
      this.#socket.end();
      // The server closes its side when it has read all.
      const timer = setTimeout(() => this.#socket.destroy(), this.#options.timeoutMs ?? 10_000);
      await this.closed;
      clearTimeout(timer);
    }
    await this.closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  destroy(): void {
    this.#socket.resetAndDestroy();
  }

  #write(bytes: Buffer): boolean {
    return this.#socket.writable && this.#socket.write(bytes);
  }
}
