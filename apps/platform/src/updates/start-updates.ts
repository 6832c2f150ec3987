import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { BEAT_MS, closeCodes, type ToldTopic } from "@oxbow/site-contract";
import { type WebSocket, WebSocketServer } from "ws";
import type { Caller } from "../calls/index.ts";
import type { Store } from "../store/index.ts";
import type { World } from "../world.ts";
import { type GaugeReading, Gauges } from "./gauges.ts";
import { Held } from "./held.ts";
import { type SocketLimits, usualLimits } from "./limits.ts";
import { Listeners } from "./listeners.ts";
import { isOrder, LISTENERS_CHANGED, PERSON_CHANGED } from "./orders.ts";
import { PageSocket, type SocketPorts } from "./page-socket.ts";
import { isAllowed, type MayListen } from "./topics.ts";
import { type LogBounds, type LoggedUpdate, UpdateLog, usualBounds } from "./update-log.ts";
import { runsOf, writtenUpdates } from "./wire.ts";

export type UpdatesOptions = {
  readonly store: Store;
  readonly world: World;
  readonly mayListen: MayListen;
  /** Who sends a request that was taken over, now: its session may have ended. */
  readonly callerOf: (request: IncomingMessage) => Promise<Caller>;
  readonly limits?: Partial<SocketLimits>;
  readonly bounds?: LogBounds;
  readonly beatMs?: number;
};

/** What open pages are told. Disposing it asks them to come back, to the next process. */
export interface Updates extends AsyncDisposable {
  /** Takes over a request for `/api/updates` whose Origin and session have been looked at. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, caller: Caller): void;
  /** Tells a figure to pages of this process that listen now; of a topic and type the newest wins. */
  tellNow(reading: GaugeReading): void;
  /** How many pages of this process listen to a topic. */
  listeners(topic: ToldTopic): number;
  /** Calls `watcher` when more or fewer pages listen to a topic. Answers how to stop it. */
  onListeners(watcher: (topic: ToldTopic, count: number) => void): () => void;
}

/** Longest between two looks at who a page belongs to, beside those that `tellSessionChanged` asks for. */
const CHECK_MS = 60_000;
/** Looks in one beat. */
const CHECKS = 200;
/** How long pages have to say goodbye. */
const GOODBYE_MS = 2_000;

/** Starts telling pages; resolves when every commit from then on is told. */
export async function startUpdates(options: UpdatesOptions): Promise<Updates> {
  const sockets = new PageSockets(options);
  await sockets.open(options.store, options.bounds ?? usualBounds);
  return sockets;
}

class PageSockets implements Updates {
  readonly #world: World;
  readonly #limits: SocketLimits;
  readonly #options: UpdatesOptions;
  readonly #server: WebSocketServer;
  readonly #sockets = new Set<PageSocket>();
  readonly #held = new Held();
  readonly #listeners = new Listeners<PageSocket>();
  readonly #gauges: Gauges;
  #ports: SocketPorts | undefined;
  #log: UpdateLog | undefined;
  #beat: NodeJS.Timeout | undefined;
  #isClosing = false;
  #closed: Promise<void> | undefined;
  #whenEmpty: () => void = () => undefined;

  constructor(options: UpdatesOptions) {
    this.#options = options;
    this.#world = options.world;
    this.#limits = { ...usualLimits, ...options.limits };
    // Messages are small, and compression would cost each socket its own memory.
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: this.#limits.messageBytes,
    });
    this.#gauges = new Gauges((topic, text) => {
      for (const socket of this.#listeners.of(topic)) socket.tellGauge(text);
    });
    this.#listeners.watch((topic, count) => {
      if (count === 0) this.#gauges.forget(topic);
    });
  }

  async open(store: Store, bounds: LogBounds): Promise<void> {
    const log = await UpdateLog.open(store, this.#world, (read) => this.#tell(read), bounds);
    this.#log = log;
    const { mayListen, callerOf, beatMs = BEAT_MS } = this.#options;
    this.#ports = {
      world: this.#world,
      log,
      limits: this.#limits,
      callerOf,
      isAllowed: (caller, topic) => isAllowed(mayListen, caller, topic),
      join: (topic, socket) => this.#listeners.add(topic, socket),
      leave: (topic, socket) => this.#listeners.delete(topic, socket),
      gauges: (topic) => this.#gauges.of(topic),
    };
    this.#beat = setInterval(() => this.#beatAll(), beatMs);
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, caller: Caller): void {
    const refusal = this.#refusal(caller);
    if (refusal !== undefined) return refuse(socket, refusal);
    this.#server.handleUpgrade(request, socket, head, (page) => this.#take(page, request, caller));
  }

  tellNow(reading: GaugeReading): void {
    if (this.listeners(reading.topic) > 0) this.#gauges.tell(reading);
  }

  listeners(topic: ToldTopic): number {
    return this.#listeners.of(topic).size;
  }

  onListeners(watcher: (topic: ToldTopic, count: number) => void): () => void {
    return this.#listeners.watch(watcher);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  async #close(): Promise<void> {
    this.#isClosing = true;
    clearInterval(this.#beat);
    this.#gauges[Symbol.dispose]();
    await this.#log?.[Symbol.asyncDispose]();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#whenEmpty = resolve;
    for (const socket of this.#sockets) socket.close(closeCodes.restart, "restart");
    if (this.#sockets.size === 0) resolve();
    const impatient = setTimeout(() => {
      for (const socket of this.#sockets) socket.terminate();
      resolve();
    }, GOODBYE_MS);
    await promise;
    clearTimeout(impatient);
  }

  #refusal({
    person,
    address,
  }: Caller): "503 Service Unavailable" | "429 Too Many Requests" | undefined {
    if (this.#isClosing || this.#sockets.size >= this.#limits.sockets) {
      return "503 Service Unavailable";
    }
    const isFull =
      this.#held.of(address) >= this.#limits.socketsOfAddress ||
      (person !== null && this.#held.of(person.id) >= this.#limits.socketsOfPerson);
    return isFull ? "429 Too Many Requests" : undefined;
  }

  #take(page: WebSocket, request: IncomingMessage, caller: Caller): void {
    if (this.#ports === undefined) return page.terminate();
    const socket = new PageSocket(page, this.#ports, { request, caller });
    const holders = [caller.address, ...(caller.person === null ? [] : [caller.person.id])];
    this.#sockets.add(socket);
    this.#held.change(holders, 1);
    page.once("close", () => {
      this.#sockets.delete(socket);
      this.#held.change(holders, -1);
      if (this.#sockets.size === 0) this.#whenEmpty();
    });
  }

  #tell(read: readonly LoggedUpdate[]): void {
    for (const run of runsOf(read)) {
      const topic = run[0]?.topic ?? "";
      const listeners = this.#listeners.of(topic);
      const shown = run.filter(({ type }) => !isOrder(type));
      if (listeners.size > 0 && shown.length > 0) {
        const text = writtenUpdates(shown);
        for (const socket of listeners) socket.tell(text);
      }
      for (const { type } of run) {
        if (isOrder(type) || type === PERSON_CHANGED) this.#obey(type, topic);
      }
    }
  }

  /** Looks anew at who listens: a person's sockets, or those of a topic. */
  #obey(type: string, topic: string): void {
    const concerned =
      type === LISTENERS_CHANGED
        ? [...this.#listeners.of(topic)]
        : [...this.#sockets].filter(({ caller }) => topic === `me:${caller.person?.id}`);
    for (const socket of concerned) void socket.check();
  }

  #beatAll(): void {
    const due = this.#world.now() - CHECK_MS;
    let checks = 0;
    for (const socket of this.#sockets) {
      socket.beat();
      if (socket.checkedAt > due || checks++ >= CHECKS) continue;
      void socket.check();
    }
  }
}

function refuse(socket: Duplex, status: string): void {
  socket.once("error", () => undefined);
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\nRetry-After: 5\r\n\r\n`,
  );
}
