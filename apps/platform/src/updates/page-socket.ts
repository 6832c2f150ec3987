import type { IncomingMessage } from "node:http";
import {
  closeCodes,
  OVERLAP_MS,
  type ToldTopic,
  type ToPage,
  type Topic,
} from "@oxbow/site-contract";
import { type RawData, WebSocket } from "ws";
import type { Caller } from "../calls/index.ts";
import type { World } from "../world.ts";
import { type SocketLimits, TokenBucket } from "./limits.ts";
import { isOrder } from "./orders.ts";
import { toldTopic } from "./topics.ts";
import type { LoggedUpdate, UpdateLog } from "./update-log.ts";
import { readFromPage, runsOf, written, writtenUpdates } from "./wire.ts";

/** What a page's socket asks of the server that it is on. */
export type SocketPorts = {
  readonly world: World;
  readonly log: UpdateLog;
  readonly limits: SocketLimits;
  readonly isAllowed: (caller: Caller, topic: Topic) => Promise<boolean>;
  /** Who this request is from now. */
  readonly callerOf: (request: IncomingMessage) => Promise<Caller>;
  readonly join: (topic: ToldTopic, socket: PageSocket) => void;
  readonly leave: (topic: ToldTopic, socket: PageSocket) => void;
  /** Gauges of a topic as they were told last. */
  readonly gauges: (topic: ToldTopic) => readonly Buffer[];
};

/** Codes of RFC 6455 §7.4.1. */
const UNSUPPORTED = 1003;
const POLICY = 1008;
const BROKEN = 1011;
/** Updates that a topic begins with, at most. */
const RECENT = 200;
/** Bytes that are made once for all sockets are sent as text. */
const TEXT = { binary: false };

/** One page that listens. What it asks is done in the order in which it asks. */
export class PageSocket {
  readonly request: IncomingMessage;
  readonly caller: Caller;
  /** Unix milliseconds of the last look at who this is. */
  checkedAt: number;
  readonly #socket: WebSocket;
  readonly #on: SocketPorts;
  readonly #bucket: TokenBucket;
  readonly #topics = new Map<Topic, ToldTopic>();
  /** What came while the page is told what it missed; null: nothing has to wait. */
  #held: Buffer[] | null = null;
  #asked: Promise<void> = Promise.resolve();
  #isAlive = true;

  constructor(
    socket: WebSocket,
    on: SocketPorts,
    { request, caller }: { readonly request: IncomingMessage; readonly caller: Caller },
  ) {
    this.#socket = socket;
    this.#on = on;
    this.request = request;
    this.caller = caller;
    this.checkedAt = on.world.now();
    this.#bucket = new TokenBucket(on.limits, on.world.now());
    // The library closes the socket after an error; the page resumes on another.
    socket.on("error", (err) => on.world.log.debug({ err }, "a page's socket broke"));
    socket.on("pong", () => {
      this.#isAlive = true;
    });
    socket.on("message", (data, isBinary) => this.#hear(data, isBinary));
    socket.on("close", () => this.#leaveAll());
  }

  /** Sends updates or a gauge; in turn, where the page is being told what it missed. */
  tell(text: Buffer): void {
    if (this.#held === null) return this.#send(text);
    if (this.#held.length >= this.#on.limits.held) return this.close(closeCodes.slow, "slow");
    this.#held.push(text);
  }

  /** Sends a gauge, unless much waits already: there will be a newer one. */
  tellGauge(text: Buffer): void {
    if (this.#held === null && this.#socket.bufferedAmount < this.#on.limits.waitingBytes / 16) {
      this.#send(text);
    }
  }

  /** Looks whether the page is still there since the last look, and lets it know that we are. */
  beat(): void {
    if (!this.#isAlive) return this.#socket.terminate();
    this.#isAlive = false;
    this.#socket.ping();
    if (this.#held === null) this.#say({ last: this.#on.log.head });
  }

  /** Asks anew who this is and what they may listen to; another session begins with a new socket. */
  async check(): Promise<void> {
    this.checkedAt = this.#on.world.now();
    await this.#inTurn(async () => {
      const { person } = await this.#on.callerOf(this.request);
      const before = this.caller.person;
      if (person?.id !== before?.id || person?.role !== before?.role) {
        return this.close(closeCodes.session, "session");
      }
      for (const [topic, told] of this.#topics) {
        if (await this.#on.isAllowed(this.caller, topic)) continue;
        this.#topics.delete(topic);
        this.#on.leave(told, this);
        this.#say({ refused: topic });
      }
    });
  }

  close(code: number, reason: string): void {
    this.#leaveAll();
    this.#socket.close(code, reason);
  }

  /** Cuts the connection. */
  terminate(): void {
    this.#socket.terminate();
  }

  #hear(data: RawData, isBinary: boolean): void {
    this.#isAlive = true;
    if (!this.#bucket.take(this.#on.world.now())) return this.close(closeCodes.slow, "too much");
    if (isBinary || !Buffer.isBuffer(data)) return this.close(UNSUPPORTED, "text only");
    const said = readFromPage(data.toString("utf8"), this.#on.limits.topics);
    if (said === undefined) return this.close(POLICY, "no such message");
    void this.#inTurn(() => this.#listen(said.listen, said.after));
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#asked = this.#asked.then(work).catch((err: unknown) => {
      this.#on.world.log.error({ err }, "a page could not listen");
      this.close(BROKEN, "try again");
    });
    return this.#asked;
  }

  async #listen(wanted: readonly Topic[], after: number | undefined): Promise<void> {
    const allowed: Topic[] = [];
    for (const topic of new Set(wanted)) {
      if (await this.#on.isAllowed(this.caller, topic)) allowed.push(topic);
      else this.#say({ refused: topic });
    }
    await this.#on.log.catchUp();
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    // From here to the reading nothing is awaited: what is told after `upTo` is held, what is told
    // up to it is read from the log, and so each update comes once.
    const before = new Set(this.#topics.keys());
    this.#change(allowed);
    const upTo = this.#on.log.head;
    this.#held = [];
    const fresh = after === undefined ? allowed.filter((topic) => !before.has(topic)) : allowed;
    const lost = await this.#tellMissed(this.#toldOf(fresh), after, upTo);
    for (const topic of fresh) {
      const told = this.#topics.get(topic);
      if (told !== undefined) this.#on.gauges(told).forEach((text) => this.#send(text));
    }
    this.#say({ listening: allowed, last: upTo, lost });
    const held = this.#held ?? [];
    this.#held = null;
    for (const text of held) this.#send(text);
  }

  /** Sends what was told before `upTo`; whether it is too much, or no longer there. */
  async #tellMissed(
    topics: readonly ToldTopic[],
    after: number | undefined,
    upTo: number,
  ): Promise<boolean> {
    const { log, limits, world } = this.#on;
    if (after === undefined) {
      const since = world.now() - OVERLAP_MS;
      await this.#sendRuns(await log.recent(topics, { since, upTo, limit: RECENT }));
      return false;
    }
    if (!(await log.has(after))) return true;
    const missed = await log.missed(topics, { after, upTo, limit: limits.missed + 1 });
    // Pruning may have come between the two readings.
    if (missed.length > limits.missed || !(await log.has(after))) return true;
    await this.#sendRuns(missed);
    return false;
  }

  async #sendRuns(updates: readonly LoggedUpdate[]): Promise<void> {
    for (const run of runsOf(updates.filter(({ type }) => !isOrder(type)))) {
      // Waits until it is on its way, so that what was missed never fills the buffer.
      await new Promise<void>((resolve) => {
        this.#socket.send(writtenUpdates(run), TEXT, () => resolve());
      });
    }
  }

  #toldOf(topics: readonly Topic[]): ToldTopic[] {
    return topics.flatMap((topic) => this.#topics.get(topic) ?? []);
  }

  #change(wanted: readonly Topic[]): void {
    for (const [topic, told] of this.#topics) {
      if (wanted.includes(topic)) continue;
      this.#topics.delete(topic);
      this.#on.leave(told, this);
    }
    for (const topic of wanted) {
      const told = toldTopic(this.caller, topic);
      if (told === undefined || this.#topics.has(topic)) continue;
      this.#topics.set(topic, told);
      this.#on.join(told, this);
    }
  }

  #leaveAll(): void {
    for (const told of this.#topics.values()) this.#on.leave(told, this);
    this.#topics.clear();
    this.#held = null;
  }

  #say(message: ToPage): void {
    this.#send(Buffer.from(written(message)));
  }

  #send(text: Buffer): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    if (this.#socket.bufferedAmount > this.#on.limits.waitingBytes) {
      return this.close(closeCodes.slow, "slow");
    }
    this.#socket.send(text, TEXT);
  }
}
