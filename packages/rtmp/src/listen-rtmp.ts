import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import type { CarriedCodecs } from "./capabilities.ts";
import { RTMP_LIMITS, type RtmpLimits } from "./limits.ts";
import type { PlayAnswer, PlayRequest } from "./play-port.ts";
import type { PublishAnswer, PublishRequest } from "./publish-port.ts";
import { type RtmpLog, ServerSocket, type SocketOptions } from "./server-socket.ts";
import { SharedRead } from "./shared-read.ts";

export type RtmpServerOptions = {
  /** 0 for any free port. */
  readonly port: number;
  readonly host?: string;
  readonly limits?: Partial<RtmpLimits>;
  /** The codecs to claim in the answer to `connect`; AVC and AAC where not given. */
  readonly carries?: CarriedCodecs;
  /** Decides who may publish; takes what an admitted encoder sends. */
  readonly admit: (request: PublishRequest) => Promise<PublishAnswer>;
  /** Decides who may play, and takes the players. Nobody may where it is not given. */
  readonly play?: (request: PlayRequest) => Promise<PlayAnswer>;
  /** Aborted to stop the server, as by disposing of it. */
  readonly signal?: AbortSignal;
  readonly log?: RtmpLog;
};

export interface RtmpServer extends AsyncDisposable {
  readonly port: number;
  /** Connections that are open. */
  readonly connections: number;
}

const AVC_AND_AAC: CarriedCodecs = { video: ["avc"], audio: ["aac"] };
/** Seconds until a silent peer is asked by TCP whether it is there. */
const KEEP_ALIVE_MS = 15_000;

/**
 * Listens for RTMP encoders and players. Resolves when the port is open; rejects where it can't be.
 * Disposing stops listening, asks encoders that can to connect anew, ends the others, and waits
 * until every connection is closed.
 */
export async function listenRtmp(options: RtmpServerOptions): Promise<RtmpServer> {
  const server = new Listener(options);
  await server.open();
  return server;
}

function playNothing(): Promise<PlayAnswer> {
  const description = "This server takes encoders only";
  return Promise.resolve({ ok: false, code: "NetStream.Play.StreamNotFound", description });
}

class Listener implements RtmpServer {
  readonly #options: RtmpServerOptions;
  readonly #socketOptions: SocketOptions;
  readonly #server: Server;
  readonly #sockets = new Set<ServerSocket>();
  /** Connections of each address; only addresses that have one. */
  readonly #perAddress = new Map<string, number>();
  #players = 0;
  #port = 0;
  #closing: Promise<void> | undefined;

  constructor(options: RtmpServerOptions) {
    this.#options = options;
    this.#socketOptions = {
      limits: { ...RTMP_LIMITS, ...options.limits },
      carries: options.carries ?? AVC_AND_AAC,
      admit: options.admit,
      play: (request) => this.#play(request),
      log: options.log,
      reading: new SharedRead(),
    };
    this.#server = createServer(
      {
        noDelay: true,
        keepAlive: true,
        keepAliveInitialDelay: KEEP_ALIVE_MS,
        allowHalfOpen: false,
        pauseOnConnect: true,
      },
      (socket) => this.#accept(socket),
    );
  }

  get port(): number {
    return this.#port;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  async open(): Promise<void> {
    const { port, host, signal } = this.#options;
    signal?.throwIfAborted();
    this.#server.listen({ port, ...(host !== undefined && { host }) });
    await once(this.#server, "listening");
    const address = this.#server.address();
    if (address !== null && typeof address === "object") this.#port = address.port;
    // An accept that fails (no descriptors left) must not end the server.
    this.#server.on("error", (error) => this.#options.log?.warn({ error }, "accept failed"));
    signal?.addEventListener("abort", this.#stop, { once: true });
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** An abort that arrives is the same as disposing. Closing never rejects. */
  readonly #stop = (): void => {
    void this[Symbol.asyncDispose]();
  };

  async #close(): Promise<void> {
    this.#options.signal?.removeEventListener("abort", this.#stop);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    const open = [...this.#sockets];
    for (const socket of open) socket.drain();
    await Promise.all(open.map((socket) => socket.closed));
    await promise;
  }

  async #play(request: PlayRequest): Promise<PlayAnswer> {
    const { play = playNothing } = this.#options;
    if (this.#players >= this.#socketOptions.limits.players) {
      const description = "As many play as may, try again later";
      return { ok: false, code: "NetStream.Play.Failed", description };
    }
    const answer = await play(request);
    if (!answer.ok) return answer;
    const { source } = answer;
    this.#players += 1;
    return {
      ok: true,
      source: {
        begin: (writer) => source.begin(writer),
        pause: (paused) => source.pause(paused),
        close: (reason) => {
          this.#players -= 1;
          source.close(reason);
        },
      },
    };
  }

  #accept(socket: Socket): void {
    const from = socket.remoteAddress;
    const { connections, connectionsPerAddress } = this.#socketOptions.limits;
    const ofAddress = this.#perAddress.get(from ?? "") ?? 0;
    // No address: the client is gone again.
    if (from === undefined || this.#closing !== undefined) {
      socket.destroy();
      return;
    }
    if (this.#sockets.size >= connections || ofAddress >= connectionsPerAddress) {
      this.#options.log?.warn(
        { address: from, connections: this.#sockets.size },
        "too many connections",
      );
      socket.destroy();
      return;
    }
    const accepted = new ServerSocket(socket, this.#socketOptions);
    this.#sockets.add(accepted);
    this.#perAddress.set(from, ofAddress + 1);
    void accepted.closed.then(() => this.#forget(accepted, from));
  }

  #forget(socket: ServerSocket, from: string): void {
    this.#sockets.delete(socket);
    const left = (this.#perAddress.get(from) ?? 1) - 1;
    if (left > 0) this.#perAddress.set(from, left);
    else this.#perAddress.delete(from);
  }
}
