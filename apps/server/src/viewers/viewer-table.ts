import { Fault } from "@oxbow/contract";
import type { Millis } from "@oxbow/media";
import type { World } from "../world.ts";
import { Delivered } from "./delivered.ts";
import type { PlayLog } from "./play-log.ts";
import { type Audience, type NewViewer, Viewer, type ViewerOwner } from "./viewer.ts";

export type ViewerLimits = {
  /** Viewers that are remembered; with more, those who were silent longest are forgotten first. */
  readonly viewers: number;
};

/** When somebody may have left. */
const RETRY_SECONDS = 10;
/** How many are looked at to find one that was silent long. */
const LOOKED_AT = 64;

export type ViewerQuery = {
  /** The stream's id. */
  readonly stream?: string | undefined;
  /** Those after this session. */
  readonly cursor?: string | undefined;
  readonly limit?: number;
};

export type Admittance = {
  readonly maxViewers: number | null;
  readonly maxSessions: number | null;
};

/** Everybody who watches now. Bounded; a look costs one key. */
export class ViewerTable implements ViewerOwner {
  readonly #world: World;
  readonly #log: PlayLog;
  readonly #limits: ViewerLimits;
  readonly #viewers = new Map<string, Viewer>();
  readonly #audiences = new Map<string, Audience>();
  /** Sessions of each token that limits them. */
  readonly #ofToken = new Map<string, number>();
  readonly #ofAddress = new Map<string, number>();
  /** Ids that listeners of the viewer signal gave, for each viewer's key. */
  readonly #listening = new Map<string, Map<string, number>>();
  readonly #delivered: Delivered;
  #hand: MapIterator<Viewer>;

  constructor(world: World, log: PlayLog, limits: ViewerLimits) {
    this.#world = world;
    this.#log = log;
    this.#limits = limits;
    this.#delivered = new Delivered(world.metrics);
    this.#hand = this.#viewers.values();
  }

  find(key: string): Viewer | undefined {
    return this.#viewers.get(key);
  }

  /** Those who come from an address. */
  fromAddress(address: string): number {
    return this.#ofAddress.get(address) ?? 0;
  }

  /** The audience of a stream or asset; made where there is none yet. */
  audience(id: string, stream: Audience["stream"]): Audience {
    let audience = this.#audiences.get(id);
    if (!audience) {
      audience = { id, stream, broadcast: null, admitted: 0, now: 0, peak: 0 };
      this.#audiences.set(id, audience);
    }
    return audience;
  }

  /** Lets one in; who is in stays in. The Fault `viewer_limit` where as many watch as may. */
  enter(wish: NewViewer, { maxViewers, maxSessions }: Admittance): Viewer | Fault {
    const { audience, token, address, key } = wish;
    if (maxViewers !== null && audience.admitted >= maxViewers) {
      return tooMany(`${maxViewers} watch already: come back later`);
    }
    const sessions = token === null ? 0 : (this.#ofToken.get(token) ?? 0);
    if (maxSessions !== null && sessions >= maxSessions) {
      return tooMany(`This token plays on ${maxSessions} screens already`);
    }
    if (this.#viewers.size >= this.#limits.viewers && !this.#forgetOne()) {
      return new Fault("limit_reached", "Cannot play: the server has as many viewers as it can");
    }
    const viewer = new Viewer(this.#world.id("ses"), wish, this.#world.now(), this);
    this.#viewers.set(key, viewer);
    audience.admitted += 1;
    if (token !== null) this.#ofToken.set(token, sessions + 1);
    this.#ofAddress.set(address, this.fromAddress(address) + 1);
    return viewer;
  }

  began(viewer: Viewer): void {
    viewer.begun = true;
    const { audience, broadcast, protocol } = viewer.is;
    if (broadcast !== null && audience.broadcast !== broadcast) {
      audience.broadcast = broadcast;
      audience.peak = 0;
    }
    this.#delivered.session(protocol);
    this.#weigh(viewer, Math.max(1, this.#listening.get(viewer.is.key)?.size ?? 0));
    this.#log.started(viewer);
  }

  delivered(protocol: string, bytes: number): Millis {
    this.#delivered.bytes(protocol, bytes);
    return this.#world.now();
  }

  left(viewer: Viewer): void {
    if (viewer.ended) return;
    viewer.count();
    viewer.ended = true;
    const { key, audience, token, address } = viewer.is;
    this.#viewers.delete(key);
    audience.admitted -= 1;
    if (token !== null) decrease(this.#ofToken, token);
    decrease(this.#ofAddress, address);
    if (viewer.begun) {
      this.#weigh(viewer, 0);
      this.#log.stopped(viewer);
    }
  }

  /** A listener of the viewer signal says that it is a person of its own. */
  listening(key: string, session: string): void {
    const ids = this.#listening.get(key) ?? new Map<string, number>();
    ids.set(session, (ids.get(session) ?? 0) + 1);
    this.#listening.set(key, ids);
    this.#reweigh(key, ids.size);
  }

  silent(key: string, session: string): void {
    const ids = this.#listening.get(key);
    if (!ids) return;
    decrease(ids, session);
    if (ids.size === 0) this.#listening.delete(key);
    this.#reweigh(key, ids.size);
  }

  #reweigh(key: string, listeners: number): void {
    const viewer = this.#viewers.get(key);
    if (viewer?.begun) this.#weigh(viewer, Math.max(1, listeners));
  }

  #weigh(viewer: Viewer, weight: number): void {
    const { audience, protocol } = viewer.is;
    const change = weight - viewer.weight;
    viewer.weight = weight;
    audience.now += change;
    audience.peak = Math.max(audience.peak, audience.now);
    this.#delivered.viewers(protocol, change);
  }

  /** Lets go of those who were silent for too long, and of audiences of nobody that nobody asks for. */
  sweep(isStream: (id: string) => boolean): void {
    const now = this.#world.now();
    for (const viewer of this.#viewers.values()) {
      viewer.count();
      if (viewer.isGone(now)) this.left(viewer);
    }
    for (const { id, admitted } of this.#audiences.values()) {
      if (admitted === 0 && !isStream(id)) this.#audiences.delete(id);
    }
  }

  /** Whoever was silent longest among the next few; connections stay. */
  #forgetOne(): boolean {
    let silent: Viewer | undefined;
    for (let looked = 0; looked < LOOKED_AT; looked += 1) {
      let next = this.#hand.next();
      if (next.done === true) {
        this.#hand = this.#viewers.values();
        next = this.#hand.next();
      }
      if (next.done === true) break;
      if (next.value.isConnected) continue;
      if (!silent || next.value.seenAt < silent.seenAt) silent = next.value;
    }
    if (silent) this.left(silent);
    return silent !== undefined;
  }

  /** Those who were sent something, the first to come first; one more than `limit` tells that there are more. */
  list({ stream, cursor = "", limit = this.#limits.viewers }: ViewerQuery): Viewer[] {
    const found: Viewer[] = [];
    // Ids grow with time, and the map keeps the order in which they were made.
    for (const viewer of this.#viewers.values()) {
      if (!viewer.begun || viewer.id <= cursor) continue;
      if (stream !== undefined && viewer.is.audience.stream?.id !== stream) continue;
      viewer.count();
      found.push(viewer);
      if (found.length > limit) break;
    }
    return found;
  }

  byId(id: string): Viewer | undefined {
    return this.#viewers.values().find((viewer) => viewer.id === id);
  }

  /** How many watch a stream, and the most at a time in this broadcast. */
  count(id: string, broadcast: string | null): { now: number; peak: number } {
    const audience = this.#audiences.get(id);
    if (!audience) return { now: 0, peak: 0 };
    const { now, peak } = audience;
    const older = broadcast !== null && audience.broadcast !== broadcast;
    return { now, peak: older ? now : peak };
  }

  /** The server stops: everybody leaves. */
  clear(): void {
    for (const viewer of this.#viewers.values()) {
      this.left(viewer);
      viewer.close();
    }
  }
}

function tooMany(message: string): Fault {
  return new Fault("viewer_limit", message, { details: { retryAfter: RETRY_SECONDS } });
}

function decrease(counts: Map<string, number>, key: string): void {
  const left = (counts.get(key) ?? 0) - 1;
  if (left > 0) counts.set(key, left);
  else counts.delete(key);
}
