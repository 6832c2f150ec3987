import type { Millis } from "@oxbow/media";
import type { Connection, Viewing } from "./ports.ts";

/** What is watched, and by how many. */
export type Audience = {
  /** Stream or asset. */
  readonly id: string;
  readonly stream: { readonly id: string; readonly name: string } | null;
  /** The broadcast that `peak` is of. */
  broadcast: string | null;
  /** Those who were let in, whether they have been sent anything yet or not. */
  admitted: number;
  /** Those who were sent something. */
  now: number;
  peak: number;
};

export type NewViewer = {
  /** What the viewer is recognised by; unlike all others for one with a connection of its own. */
  readonly key: string;
  readonly audience: Audience;
  readonly broadcast: string | null;
  readonly protocol: string;
  readonly rendition: string | null;
  readonly address: string;
  readonly userAgent: string;
  /** The token that sessions are counted for, where it limits them. */
  readonly token: string | null;
  /** Whether a connection is the session: it ends with it. */
  readonly exact: boolean;
  /** Silent for this long, the viewer is gone. */
  readonly timeoutMs: number;
  /** After this time, whoever decided is asked again. */
  readonly allowedUntil: number;
};

/** What a viewer tells of itself. */
export interface ViewerOwner {
  /** The first bytes: the session begins. */
  began(viewer: Viewer): void;
  /** Counts bytes of a protocol; answers what time it is. */
  delivered(protocol: string, bytes: number): Millis;
  left(viewer: Viewer): void;
}

/** One viewer's session: a connection, or requests that are known to belong together. */
export class Viewer implements Viewing {
  readonly id: string;
  readonly is: NewViewer;
  readonly since: Millis;
  seenAt: Millis;
  allowedUntil: number;
  bytes = 0;
  /** The quality that was asked for last, where that is known. */
  rendition: string | null;
  /** Whether something was sent, and the start was told. */
  begun = false;
  ended = false;
  /** How many persons: listeners of the viewer signal with ids of their own tell. */
  weight = 0;
  #connection: { close(): void } | undefined;
  #meter: { readonly bytes: number } | undefined;
  readonly #owner: ViewerOwner;

  constructor(id: string, is: NewViewer, now: Millis, owner: ViewerOwner) {
    this.id = id;
    this.is = is;
    this.since = now;
    this.seenAt = now;
    this.allowedUntil = is.allowedUntil;
    this.rendition = is.rendition;
    this.#owner = owner;
  }

  served(_request: unknown, bytes: number): void {
    this.bytes += bytes;
    // A long download is one request, and is heard of as it goes.
    this.seenAt = this.#owner.delivered(this.is.protocol, bytes);
    if (!this.begun && !this.ended) this.#owner.began(this);
  }

  joined(_request: unknown, connection: { close(): void }): void {
    if (!this.is.exact) return;
    // It was shown out before it came.
    if (this.ended) connection.close();
    else this.#connection = connection;
  }

  /** A connection that counts its bytes itself begins to play. */
  connected(connection: Connection): void {
    this.joined(undefined, connection);
    if (this.ended) return;
    this.#meter = connection;
    this.served(undefined, connection.bytes);
  }

  /** Takes over what such a connection has counted. */
  count(): void {
    const more = (this.#meter?.bytes ?? this.bytes) - this.bytes;
    if (more > 0) this.served(undefined, more);
  }

  left(): void {
    if (this.is.exact) this.#owner.left(this);
  }

  /** Whether nothing was heard of it for too long. */
  isGone(now: Millis): boolean {
    if (this.#connection) return false;
    const silent = now - this.seenAt;
    // A clock that was set back makes nobody leave, and nobody stay for ever.
    return silent > this.is.timeoutMs || silent < -this.is.timeoutMs;
  }

  get isConnected(): boolean {
    return this.#connection !== undefined;
  }

  close(): void {
    this.#connection?.close();
    this.#connection = undefined;
  }
}
