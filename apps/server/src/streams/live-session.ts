import { setTimeout as wait } from "node:timers/promises";
import { Fault } from "@oxbow/contract";
import type { Frame, Millis, Track } from "@oxbow/media";
import type { World } from "../world.ts";
import type { CloseReason, PublishAttempt, PublishRefusal, PublishSession } from "./publishing.ts";
import { type FeedTarget, SessionFeed } from "./session-feed.ts";
import { type SessionHealth, SessionMeter } from "./session-meter.ts";
import type { SessionRecord } from "./stream.ts";

/** An encoder that shows no picture for this long does not hold a stream. */
const FIRST_PICTURE_MS = 30_000;
/** Media that runs ahead of the clock by less is on time: encoders send in bursts. */
const AHEAD_MS = 500;
/** Held longer, an encoder would seem lost, and its own end would not be seen. */
const LONGEST_HOLD_MS = 1_000;

export type SessionOwner = {
  /** The first picture is there: where does it go? */
  target(): FeedTarget;
  closed(reason: CloseReason, detail: string | undefined): void;
  rejected(code: PublishRefusal, message: string): void;
};

/** An admitted encoder connection. */
export class LiveSession implements PublishSession {
  readonly id: string;
  readonly since: Millis;
  readonly attempt: PublishAttempt;
  readonly feed: SessionFeed;
  readonly #world: World;
  readonly #owner: SessionOwner;
  readonly #abort = new AbortController();
  readonly #meter = new SessionMeter();
  readonly #timescales = new Map<number, number>();
  readonly #deadline: NodeJS.Timeout;
  #heardAt: Millis;
  #closed = false;

  constructor(world: World, attempt: PublishAttempt, owner: SessionOwner) {
    this.#world = world;
    this.#owner = owner;
    this.id = world.id("ses");
    this.since = world.now();
    this.#heardAt = this.since;
    this.attempt = attempt;
    this.feed = new SessionFeed(world.now, () => {
      clearTimeout(this.#deadline);
      return owner.target();
    });
    this.#deadline = setTimeout(() => {
      const why = `no picture within ${FIRST_PICTURE_MS / 1000} s`;
      this.#end("idle", why, new Fault("unavailable", `Publishing ended: ${why}`));
    }, FIRST_PICTURE_MS);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** When the encoder was last heard of. */
  get heardAt(): Millis {
    return this.#heardAt;
  }

  get bytes(): number {
    return this.#meter.bytes;
  }

  configure(track: Track): void {
    if (this.#closed) return;
    this.#timescales.set(track.id, track.timescale);
    this.feed.configure(track);
  }

  metadata(values: Readonly<Record<string, unknown>>): void {
    if (this.#closed) return;
    const kinds = new Set<"video" | "audio">();
    if (values["videocodecid"] !== undefined) kinds.add("video");
    if (values["audiocodecid"] !== undefined) kinds.add("audio");
    this.feed.expect(kinds);
  }

  frame(frame: Frame): void {
    if (this.#closed) return;
    const timescale = this.#timescales.get(frame.track);
    if (timescale === undefined) return;
    this.#meter.frame(frame, timescale, this.#world.now());
    this.feed.frame(frame);
  }

  received(bytes: number): void {
    this.#heardAt = this.#world.now();
    this.#meter.received(bytes, this.#heardAt);
  }

  isAhead(): boolean {
    return (this.feed.end() ?? 0) - this.#world.now() >= AHEAD_MS;
  }

  room(): Promise<void> | undefined {
    const room = this.#closed ? undefined : this.feed.room();
    if (room === undefined) return undefined;
    if (!this.isAhead()) return undefined;
    return Promise.race([room, wait(LONGEST_HOLD_MS, undefined, { ref: false })]);
  }

  reject(code: PublishRefusal, message: string): void {
    if (this.#closed) return;
    this.#owner.rejected(code, message);
    this.#end("rejected", message, new Fault(code, message));
  }

  close(reason: CloseReason, detail?: string): void {
    const said = detail ? `: ${detail}` : "";
    this.#end(reason, detail, new Fault("conflict", `Publishing ended, ${reason}${said}`));
  }

  health(): SessionHealth {
    return this.#meter.health(this.feed.tracks, this.#world.now());
  }

  /** What the broadcast remembers of this session. */
  record(reason: CloseReason | null = null, to: Millis | null = null): SessionRecord {
    const { protocol, address, encoder } = this.attempt;
    const { id, since: from, bytes } = this;
    return { id, protocol, address, encoder, from, to, bytes, reason };
  }

  #end(reason: CloseReason, detail: string | undefined, fault: Fault): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#deadline);
    this.#owner.closed(reason, detail);
    this.#abort.abort(fault);
  }
}
