import { setTimeout as delay } from "node:timers/promises";
import type { Event, EventType } from "@oxbow/sdk";
import type { EventWay } from "../store/index.ts";
import { EventDoor, type Taken } from "./event-door.ts";
import { EventLog } from "./event-log.ts";
import { HookGuard } from "./hook-guard.ts";
import type { Inbox, InboxOptions, InboxState, PoisonedEvent, Receipt } from "./inbox.ts";
import { WebhookSink } from "./webhook-sink.ts";

/** How often the log is read, whatever comes by webhook. */
const EVERY_MS = 5 * 60_000;
/** Silence after which the log is read where something runs. */
const SILENCE_MS = 60_000;
const LOOK_MS = 5_000;
/** Webhooks wait so long for what was missed before them. */
const PATIENCE_MS = 5_000;
const PAUSE_MS = 250;
/** What the log tells so late was not delivered when it happened. */
const MISSED_MS = 10_000;
const DAY_MS = 24 * 3_600_000;
/** The media server keeps its log for thirty days. */
const KEPT_MS = 40 * DAY_MS;

/** What the inbox itself wants to be told. */
const OWN_TYPES: readonly EventType[] = ["server_started", "sink_disabled"];

/** Opens the inbox of the media server's events; `start` begins. */
export function createInbox(options: InboxOptions): Inbox {
  return new MediaInbox(options);
}

class MediaInbox implements Inbox {
  readonly #options: InboxOptions;
  readonly #door: EventDoor;
  readonly #log: EventLog;
  readonly #sink: WebhookSink;
  readonly #guard: HookGuard;
  readonly #counts = { webhook: 0, reconciliation: 0, repeated: 0, older: 0 };
  readonly #stop = new AbortController();
  #hookUrl: string | undefined;
  #caughtUp = false;
  #lastEventAt: number | null = null;
  #lagMs: number | null = null;
  #trouble: string | null = null;
  #reading: Promise<void> | undefined;
  /** The log is read, and the webhook seen to. */
  #attempting: Promise<void> | undefined;
  #readAgain = false;
  #readAt = 0;
  /** Events that the log told long after they happened. */
  #missed = 0;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;

  constructor(options: InboxOptions) {
    const { store, world, client, projections, onPoisoned } = options;
    const wanted = Object.values(projections).flatMap(({ types }) => types);
    const types = [...new Set([...wanted, ...OWN_TYPES])];
    this.#options = options;
    const onPoison = onPoisoned === undefined ? {} : { onPoisoned };
    this.#door = new EventDoor({ store, world, projections, ...onPoison });
    this.#log = new EventLog(store, client, types);
    this.#sink = new WebhookSink({ store, world, client, types });
    this.#guard = new HookGuard({ world, secrets: () => this.#sink.secrets() });
  }

  async start(hookUrl: string): Promise<void> {
    this.#hookUrl = hookUrl;
    this.#lastEventAt = await this.#newestReceived();
    await this.#attempt(true);
    this.#timer = setInterval(() => this.#look(), this.#options.lookMs ?? LOOK_MS);
  }

  async receive(
    body: Uint8Array,
    headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  ): Promise<Receipt> {
    const { world } = this.#options;
    const admitted = await this.#guard.admit(body, headers);
    if (typeof admitted === "number") return { status: admitted };
    const event = admitted;
    // The media server's test of the address stands in no log.
    if (event.sequence < 1) return { status: 204 };
    await this.#missedBefore();
    try {
      const outcome = await this.#take(event, "webhook");
      return { status: outcome === "failing" ? 500 : 204 };
    } catch (err) {
      world.log.error({ err, event: event.id }, "an event was not noted");
      return { status: 500 };
    }
  }

  reconcile(): Promise<void> {
    if (this.#reading !== undefined) {
      this.#readAgain = true;
      return this.#reading;
    }
    this.#reading = this.#readAll().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  rotateSecret(): Promise<void> {
    return this.#sink.rotate();
  }

  state(): InboxState {
    return {
      caughtUp: this.#caughtUp,
      lastEventAt: this.#lastEventAt,
      lagMs: this.#lagMs,
      cursor: this.#log.sequence,
      counts: { ...this.#counts, refused: this.#guard.refused },
      trouble: this.#trouble,
      sink: this.#sink.registered ?? null,
    };
  }

  poisoned(): Promise<readonly PoisonedEvent[]> {
    return this.#door.poisoned();
  }

  retryPoisoned(id: string): Promise<boolean> {
    return this.#door.retry(id);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    clearInterval(this.#timer);
    const ended = Promise.allSettled([this.#looking, this.#attempting, this.#reading]);
    // A media server that hangs does not hold up the end of the program.
    await Promise.race([ended, delay(PATIENCE_MS, undefined, { ref: false })]);
  }

  async #take(event: Event, via: EventWay): Promise<Taken> {
    const outcome = await this.#door.take(event, via);
    this.#count(event, via, outcome);
    return outcome;
  }

  #count(event: Event, via: EventWay, outcome: Taken): void {
    const { world } = this.#options;
    if (outcome === "repeated") this.#counts.repeated += 1;
    else if (outcome !== "failing") {
      this.#counts[via] += 1;
      if (outcome === "older") this.#counts.older += 1;
      this.#lastEventAt = world.now();
      this.#lagMs = Math.max(0, world.now() - Date.parse(event.time));
      if (via === "reconciliation" && this.#lagMs > MISSED_MS) this.#missed += 1;
      this.#notice(event);
    }
  }

  /** After a start of the media server, or a sink that was given up, the log is read at once. */
  #notice(event: Event): void {
    const isOurs =
      event.type === "server_started" ||
      (event.type === "sink_disabled" && event.data.sink === this.#sink.registered?.id);
    if (isOurs) this.#readAt = 0;
  }

  /** Reads the log and sees to the webhook. `isStart`: the platform was not there to be told. */
  #attempt(isStart = false): Promise<void> {
    this.#attempting ??= this.#attemptOnce(isStart).finally(() => {
      this.#attempting = undefined;
    });
    return this.#attempting;
  }

  async #attemptOnce(isStart: boolean): Promise<void> {
    const { world } = this.#options;
    try {
      this.#missed = 0;
      await this.reconcile();
      if (this.#hookUrl !== undefined) await this.#seeToWebhook(this.#hookUrl, isStart);
      await this.#tellClocks();
      if (this.#trouble !== null) world.log.info("the media server is there again");
      this.#trouble = null;
    } catch (err) {
      this.#caughtUp = false;
      const trouble = err instanceof Error ? err.message : String(err);
      if (this.#trouble !== trouble) world.log.warn({ err }, "the media server's log was not read");
      this.#trouble = trouble;
    }
  }

  async #seeToWebhook(hookUrl: string, isStart: boolean): Promise<void> {
    const { world } = this.#options;
    if (this.#guard.isSecretLost(this.#counts.reconciliation)) {
      world.log.warn("webhooks are signed with a secret that is not known here: a new one is made");
      await this.#sink.rotate();
    }
    const restored = await this.#sink.ensure(hookUrl, {
      arriving: isStart || this.#missed > 0,
      // What comes by webhook waits for what nobody was told.
      changing: () => {
        this.#caughtUp = false;
      },
    });
    if (restored) await this.reconcile();
  }

  async #tellClocks(): Promise<void> {
    const { store, onClocks } = this.#options;
    const apart = this.#guard.clockNews();
    if (apart !== undefined) await store.commit(async (tx) => onClocks?.(tx, apart));
  }

  async #readAll(): Promise<void> {
    const { world, resync = [] } = this.#options;
    do {
      this.#readAgain = false;
      const loss = await this.#log.read((events) => this.#takeLogged(events));
      this.#readAt = world.now();
      if (loss === undefined) continue;
      world.log.error({ loss }, "events are gone from the media server's log: asking for states");
      for (const ask of resync) await ask();
      // Not before: whoever could not be asked now is asked at the next reading.
      await this.#log.healed();
    } while (this.#readAgain);
    this.#caughtUp = true;
  }

  /** In one go, or where that can't be, one after the other. */
  async #takeLogged(events: readonly Event[]): Promise<void> {
    if (this.#stop.signal.aborted) throw new Error("The program stops");
    const outcomes = await this.#door.takeAll(events, "reconciliation");
    for (const [at, event] of events.entries()) {
      const outcome = outcomes?.[at];
      if (outcome === undefined) await this.#takeSurely(event);
      else this.#count(event, "reconciliation", outcome);
    }
  }

  /** The log is read in order: an event that can't be applied holds it until it is set aside. */
  async #takeSurely(event: Event): Promise<void> {
    const { promise: stopped, reject } = Promise.withResolvers<never>();
    const { signal } = this.#stop;
    const stop = () => reject(new Error("The program stops"));
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    try {
      for (let pause = PAUSE_MS; ; pause *= 2) {
        const outcome = await Promise.race([this.#take(event, "reconciliation"), stopped]);
        if (outcome !== "failing") return;
        await Promise.race([delay(pause), stopped]);
      }
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  #look(): void {
    if (this.#looking !== undefined) return;
    this.#looking = this.#lookOnce()
      .catch((err: unknown) => {
        this.#options.world.log.error({ err }, "the inbox was not looked after");
      })
      .finally(() => {
        this.#looking = undefined;
      });
  }

  async #lookOnce(): Promise<void> {
    const { world, expecting, everyMs = EVERY_MS, silenceMs = SILENCE_MS } = this.#options;
    const now = world.now();
    const since = now - this.#readAt;
    const silent = now - Math.max(this.#lastEventAt ?? 0, this.#readAt) >= silenceMs;
    const isDue = since >= everyMs || !this.#caughtUp;
    if (isDue || (silent && (await expecting?.()) === true)) await this.#attempt();
    if (isDue) await this.#forgetOld(now - KEPT_MS);
  }

  /** Webhooks that come while the platform reads what it missed wait for it, for a while. */
  async #missedBefore(): Promise<void> {
    const until = this.#attempting ?? this.#reading;
    if (this.#caughtUp || until === undefined) return;
    const patience = delay(PATIENCE_MS, undefined, { ref: false });
    await Promise.race([until.catch(() => undefined), patience]);
  }

  async #newestReceived(): Promise<number | null> {
    const row = await this.#options.store.db
      .selectFrom("media_inbox")
      .select((select) => select.fn.max("received_at").as("at"))
      .executeTakeFirst();
    return row?.at ?? null;
  }

  async #forgetOld(before: number): Promise<void> {
    await this.#options.store.commit(async (tx) => {
      await tx
        .deleteFrom("media_inbox")
        .where("received_at", "<", before)
        .where("outcome", "!=", "poisoned")
        .execute();
      await tx.deleteFrom("media_things").where("seen_at", "<", before).execute();
    });
  }
}
