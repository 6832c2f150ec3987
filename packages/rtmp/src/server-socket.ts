import type { Socket } from "node:net";
import { MalformedInput } from "@oxbow/media";
import type { CarriedCodecs } from "./capabilities.ts";
import { LimitExceeded } from "./limit-exceeded.ts";
import type { RtmpLimits } from "./limits.ts";
import type { PlayAnswer, PlayEnd, PlayRequest, PlayWriter } from "./play-port.ts";
import type { PublishAnswer, PublishEnd, PublishRequest } from "./publish-port.ts";
import { type ConnectionHost, ServerConnection } from "./server-connection.ts";
import type { SharedRead } from "./shared-read.ts";

/** Where the server tells what happened; pino's logger is one. */
export interface RtmpLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export type SocketOptions = {
  readonly limits: RtmpLimits;
  readonly carries: CarriedCodecs;
  readonly admit: (request: PublishRequest) => Promise<PublishAnswer>;
  readonly play: (request: PlayRequest) => Promise<PlayAnswer>;
  readonly log: RtmpLog | undefined;
  readonly reading: SharedRead;
};

/** A client's socket with its timers, around a ServerConnection that knows the protocol. */
export class ServerSocket implements ConnectionHost, PlayWriter {
  /** Settles when the socket is closed. */
  readonly closed: Promise<void>;
  readonly address: string;
  readonly #socket: Socket;
  readonly #options: SocketOptions;
  readonly #connection: ServerConnection;
  /** Handshake, then publish, then none; later that of a client that is being seen off. */
  #timer: NodeJS.Timeout | undefined;
  #pinged = false;
  /** Bytes are read to no purpose until the client hangs up. */
  #lingering = false;
  /** Of our own messages, how much was sent since all had gone out. Media is the source's to bound. */
  #unsent = 0;
  #dismissal: { readonly signal: AbortSignal; readonly listener: () => void } | undefined;

  constructor(accepted: Socket, options: SocketOptions) {
    this.address = addressOf(accepted);
    const socket = options.reading.adopt(accepted, (bytes) => this.#read(bytes));
    this.#socket = socket;
    this.#options = options;
    this.#connection = new ServerConnection(this, options.limits, options.carries);
    const { handshakeMs, idleMs } = options.limits;
    this.#startTimer(handshakeMs, "The handshake took too long");
    socket.setTimeout(Math.ceil(idleMs / 2));
    socket.on("timeout", () => this.#quiet());
    // What went wrong is told by the close that follows.
    socket.on("error", () => undefined);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    socket.on("close", () => {
      this.#end("lost");
      resolve();
    });
    socket.resume();
  }

  /** The server stops. Ends at once, unless the encoder can be asked to connect anew. */
  drain(): void {
    const why = "The server is stopping";
    if (this.#connection.requestReconnect(why)) {
      this.#timer = setTimeout(() => this.#drop("ended", why), this.#options.limits.drainMs);
    } else {
      this.#drop("ended", why);
    }
  }

  send(bytes: Buffer): void {
    if (!this.#socket.writable) return;
    this.#unsent = this.#socket.writableLength === 0 ? 0 : this.#unsent + bytes.length;
    this.#socket.write(bytes);
    if (this.#unsent > this.#options.limits.unsentBytes) {
      this.#drop("limit", "The client does not take its answers");
    }
  }

  admit(request: Omit<PublishRequest, "address">): void {
    this.#socket.pause();
    // A refusal by exception is a fault of the consumer; the client only learns that it failed.
    this.#options.admit({ ...request, address: this.address }).then(
      (answer) => this.#answer(answer),
      (error: unknown) => {
        this.#options.log?.warn({ address: this.address, error }, "admission failed");
        const description = "The server could not decide, try again";
        this.#answer({ ok: false, code: "NetStream.Publish.Failed", description });
      },
    );
  }

  play(request: Omit<PlayRequest, "address">): void {
    this.#socket.pause();
    this.#options.play({ ...request, address: this.address }).then(
      (answer) => this.#answerPlay(answer),
      (error: unknown) => {
        this.#options.log?.warn({ address: this.address, error }, "play not decided");
        const description = "The server could not decide, try again";
        this.#answerPlay({ ok: false, code: "NetStream.Play.Failed", description });
      },
    );
  }

  get queuedBytes(): number {
    return this.#socket.writableLength;
  }

  write(buffers: readonly Uint8Array[]): boolean {
    const socket = this.#socket;
    if (!socket.writable) return false;
    const [only] = buffers;
    if (buffers.length === 1 && only !== undefined) socket.write(only);
    else {
      socket.cork();
      for (const buffer of buffers) socket.write(buffer);
      socket.uncork();
    }
    return socket.writableLength === 0;
  }

  close(reason: PlayEnd): void {
    this.#connection.endPlay(reason);
  }

  reached(stage: "handshaken" | "publishing" | "playing" | "stopped"): void {
    clearTimeout(this.#timer);
    if (stage === "publishing" || stage === "playing") return;
    this.#forget();
    this.#startTimer(this.#options.limits.publishMs, "There was no publish or play in time");
  }

  /** Sends what is left, and reads on until the client has read it and closes (no reset overtakes it). */
  hangUp(): void {
    this.#lingering = true;
    this.#forget();
    clearTimeout(this.#timer);
    this.#socket.end();
    this.#socket.resume();
    this.#timer = setTimeout(() => this.#socket.destroy(), this.#options.limits.lingerMs);
  }

  #read(bytes: Buffer): void {
    if (this.#lingering) return;
    this.#pinged = false;
    try {
      this.#connection.push(bytes);
      const room = this.#connection.room();
      if (room !== undefined) this.#waitFor(room);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Reads no more until the consumer has room: the encoder's own sending waits then. */
  #waitFor(room: Promise<void>): void {
    this.#socket.pause();
    room.then(
      () => this.#resume(),
      (error: unknown) => this.#fail(error),
    );
  }

  #resume(): void {
    if (!this.#socket.destroyed) this.#socket.resume();
  }

  #answer(answer: PublishAnswer): void {
    if (this.#lingering || this.#socket.destroyed) {
      if (answer.ok) answer.receiver.close("lost", "The encoder left while it was being admitted");
      return;
    }
    try {
      this.#connection.answer(answer);
      if (answer.ok) this.#obey(answer.receiver.signal);
      this.#socket.resume();
    } catch (error) {
      this.#fail(error);
    }
  }

  #answerPlay(answer: PlayAnswer): void {
    if (this.#lingering || this.#socket.destroyed) {
      if (answer.ok) answer.source.close("lost");
      return;
    }
    try {
      this.#connection.answerPlay(answer, this);
      this.#socket.resume();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Watches for the consumer's wish to end the session. */
  #obey(signal: AbortSignal): void {
    // What waited behind `publish` may have ended the session again.
    if (this.#lingering || !this.#connection.publishing) return;
    const listener = () => this.#dismiss(signal);
    if (signal.aborted) return listener();
    signal.addEventListener("abort", listener, { once: true });
    this.#dismissal = { signal, listener };
  }

  #dismiss(signal: AbortSignal): void {
    if (this.#lingering) return;
    const reason: unknown = signal.reason;
    const why = reason instanceof Error ? reason.message : "The session was ended";
    this.#connection.dismiss("ended", why);
  }

  #quiet(): void {
    if (this.#lingering) return;
    if (this.#pinged) this.#drop("idle", `No byte for ${this.#options.limits.idleMs} ms`);
    else {
      this.#pinged = true;
      this.#connection.ping(0);
    }
  }

  /** An encoder that is publishing reads what was wrong; others are just hung up on. */
  #fail(error: unknown): void {
    if (this.#lingering) return;
    if (!(error instanceof MalformedInput)) {
      this.#options.log?.warn({ address: this.address, error }, "session failed");
      return this.#drop("ended", "The server failed");
    }
    const reason = error instanceof LimitExceeded ? "limit" : "malformed";
    if (!this.#connection.publishing) return this.#drop(reason, error.message);
    this.#options.log?.info({ address: this.address, reason, detail: error.message }, "dismissed");
    this.#connection.dismiss(reason, error.message);
  }

  /** Ends the session and the connection, without a word to the client. */
  #drop(reason: PublishEnd, detail: string): void {
    this.#options.log?.info({ address: this.address, reason, detail }, "connection dropped");
    this.#end(reason, detail);
    this.#socket.destroySoon();
    // A client that does not read must not keep the socket.
    if (!this.#socket.destroyed) {
      this.#timer = setTimeout(() => this.#socket.destroy(), this.#options.limits.lingerMs);
    }
  }

  #end(reason: PublishEnd, detail?: string): void {
    this.#lingering = true;
    clearTimeout(this.#timer);
    this.#forget();
    this.#connection.over(reason, detail);
  }

  #forget(): void {
    this.#dismissal?.signal.removeEventListener("abort", this.#dismissal.listener);
    this.#dismissal = undefined;
  }

  #startTimer(ms: number, why: string): void {
    this.#timer = setTimeout(() => this.#drop("idle", why), ms);
  }
}

/** Address and port; an IPv4 address that a socket of IPv6 tells is written as one of IPv4. */
function addressOf(socket: Socket): string {
  const host = (socket.remoteAddress ?? "unknown").replace(/^::ffff:(?=[\d.]+$)/, "");
  return host.includes(":") ? `[${host}]:${socket.remotePort}` : `${host}:${socket.remotePort}`;
}
