import { setTimeout as wait } from "node:timers/promises";
import type { Selectable } from "kysely";
import type { Schema, Store } from "../store/index.ts";
import type { World } from "../world.ts";

export type LoggedUpdate = Selectable<Schema["updates"]>;

/** Rows of one reading. */
const BATCH = 500;
/** Between two readings, so that what comes thick and fast goes out in few messages: milliseconds. */
const PACE_MS = 20;
const AGAIN_MS = 1_000;
/** How often other processes' commits are looked for, on a database that has such. */
const POLL_MS = 500;

export type LogBounds = { readonly updates: number; readonly ageMs: number };

/** What is kept for pages that come back. */
export const usualBounds: LogBounds = { updates: 50_000, ageMs: 24 * 60 * 60 * 1000 };
const PRUNE_MS = 60_000;

/** Reads the log once for all who listen in this process, from when it is opened. */
export class UpdateLog implements AsyncDisposable {
  readonly #store: Store;
  readonly #world: World;
  readonly #tell: (updates: readonly LoggedUpdate[]) => void;
  readonly #bounds: LogBounds;
  readonly #stop = new AbortController();
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #stopListening: () => void;
  #head: number;
  #isBehind = false;
  #reading: Promise<void> = Promise.resolve();
  /** Who waits for the next reading that begins. */
  #waiting: (() => void)[] = [];
  #isReading = false;

  private constructor(
    store: Store,
    world: World,
    options: {
      readonly head: number;
      readonly tell: (updates: readonly LoggedUpdate[]) => void;
      readonly bounds: LogBounds;
    },
  ) {
    this.#store = store;
    this.#world = world;
    this.#head = options.head;
    this.#tell = options.tell;
    this.#bounds = options.bounds;
    this.#stopListening = store.onCommit(() => this.#wake());
    if (store.dialect === "postgres") {
      this.#timers.push(setInterval(() => this.#wake(), POLL_MS));
    }
    this.#timers.push(setInterval(() => void this.prune(), PRUNE_MS).unref());
  }

  /** Opens the log at its end: `tell` gets every update that is committed from then on, in order. */
  static async open(
    store: Store,
    world: World,
    tell: (updates: readonly LoggedUpdate[]) => void,
    bounds: LogBounds = usualBounds,
  ): Promise<UpdateLog> {
    const { last } = await store.db
      .selectFrom("update_log")
      .select("last")
      .executeTakeFirstOrThrow();
    const log = new UpdateLog(store, world, { head: last, tell, bounds });
    log.#wake();
    return log;
  }

  /** The newest id that has been told. */
  get head(): number {
    return this.#head;
  }

  /** Resolves when everything is told that was committed before now, by any process. */
  catchUp(): Promise<void> {
    return new Promise((done) => {
      this.#waiting.push(done);
      this.#wake();
    });
  }

  /** Whether everything after `after` is still there. */
  async has(after: number): Promise<boolean> {
    if (after > this.#head) return false;
    if (after === this.#head) return true;
    const { oldest } = await this.#store.db
      .selectFrom("updates")
      .select((row) => row.fn.min("id").as("oldest"))
      .executeTakeFirstOrThrow();
    return oldest !== null && after >= oldest - 1;
  }

  /** What was told to topics after one id, up to another, in order; at most `limit`. */
  missed(
    topics: readonly string[],
    {
      after,
      upTo,
      limit,
    }: { readonly after: number; readonly upTo: number; readonly limit: number },
  ): Promise<LoggedUpdate[]> {
    if (topics.length === 0 || after >= upTo) return Promise.resolve([]);
    return this.#store.db
      .selectFrom("updates")
      .selectAll()
      .where("topic", "in", topics)
      .where("id", ">", after)
      .where("id", "<=", upTo)
      .orderBy("id")
      .limit(limit)
      .execute();
  }

  /** The newest of a topic since a time, up to an id, in order. */
  async recent(
    topics: readonly string[],
    {
      since,
      upTo,
      limit,
    }: { readonly since: number; readonly upTo: number; readonly limit: number },
  ): Promise<LoggedUpdate[]> {
    if (topics.length === 0) return [];
    const newestFirst = await this.#store.db
      .selectFrom("updates")
      .selectAll()
      .where("topic", "in", topics)
      .where("id", "<=", upTo)
      .where("at", ">=", since)
      .orderBy("id", "desc")
      .limit(limit)
      .execute();
    return newestFirst.toReversed();
  }

  /** Removes what is older than the log keeps. */
  async prune(): Promise<void> {
    const { updates, ageMs } = this.#bounds;
    const before = this.#world.now() - ageMs;
    try {
      await this.#store.commit(async (tx) => {
        await tx
          .deleteFrom("updates")
          .where((row) => row.or([row("id", "<=", this.#head - updates), row("at", "<", before)]))
          .execute();
      });
    } catch (err) {
      this.#world.log.error({ err }, "the log of updates was not pruned; trying again later");
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#stopListening();
    for (const timer of this.#timers) clearInterval(timer);
    await this.#reading;
    for (const done of this.#waiting.splice(0)) done();
  }

  #wake(): void {
    this.#isBehind = true;
    if (this.#stop.signal.aborted) return this.#waiting.splice(0).forEach((done) => done());
    if (this.#isReading) return;
    this.#isReading = true;
    this.#reading = this.#read();
  }

  async #read(): Promise<void> {
    const { signal } = this.#stop;
    while (this.#isBehind && !signal.aborted) {
      this.#isBehind = false;
      const waiting = this.#waiting.splice(0);
      let pause = PACE_MS;
      try {
        await this.#readAll();
        for (const done of waiting) done();
      } catch (err) {
        this.#world.log.error({ err }, "updates were not read; trying again");
        this.#isBehind = true;
        this.#waiting.push(...waiting);
        pause = AGAIN_MS;
      }
      await wait(pause, undefined, { signal }).catch(() => undefined);
    }
    this.#isReading = false;
  }

  async #readAll(): Promise<void> {
    for (;;) {
      const updates = await this.#store.db
        .selectFrom("updates")
        .selectAll()
        .where("id", ">", this.#head)
        .orderBy("id")
        .limit(BATCH)
        .execute();
      const newest = updates.at(-1);
      if (newest === undefined || this.#stop.signal.aborted) return;
      this.#head = newest.id;
      this.#tell(updates);
      if (updates.length < BATCH) return;
    }
  }
}
