import { setTimeout as delay } from "node:timers/promises";
import type { NewEvent } from "@oxbow/contract";
import { type Millis, millis, plus } from "@oxbow/media";
import type { World } from "../world.ts";
import { type DeliveryState, step } from "./delivery-step.ts";
import type { ClaimedDelivery, ClaimedLane, EventStore, StoredSink } from "./ports.ts";
import type { Settler } from "./settler.ts";
import { batchId } from "./signature.ts";
import { WakeUp } from "./wake-up.ts";
import type { Answer, WebhookClient } from "./webhook-client.ts";

/** Lanes of one sink that are sent at one time. */
const LANES = 8;
/** Deliveries of one lane that are taken at one time. */
const RUN = 64;
/** A run that takes longer gives the rest back: another server may take what was claimed a minute ago. */
const RUN_MS = 30_000;
const POLL_MS = 1_000;
const LOG = 20;
/** Answers that ask the sender to slow down. */
const SLOW_DOWN: ReadonlySet<number> = new Set([429, 503]);

export type Sending = {
  readonly store: EventStore;
  readonly client: WebhookClient;
  readonly settler: Settler;
  readonly world: World;
  /** Counts attempts by their outcome. */
  readonly count: (outcome: "delivered" | "retried" | "dead") => void;
};

/**
 * Sends the deliveries of one sink: each stream's in order, several streams beside each other. A
 * delivery that fails holds up its own stream alone.
 */
export class SinkSender {
  readonly #sending: Sending;
  readonly #wakeUp = new WakeUp();
  readonly #stop = new AbortController();
  readonly #lanes = new Map<string, Promise<void>>();
  #sink: StoredSink;
  #pausedUntil: Millis = millis(0);
  /** When the rate allows the next delivery, by the clock that is never set. */
  #nextSlot = 0;
  readonly #running: Promise<void>;

  constructor(sink: StoredSink, sending: Sending) {
    this.#sink = sink;
    this.#sending = sending;
    this.#running = this.#run();
  }

  /** The sink as it is now: another URL, secret, rate or batch. */
  set sink(sink: StoredSink) {
    this.#sink = sink;
  }

  /** Whether it takes nothing more. */
  get stopped(): boolean {
    return this.#stop.signal.aborted;
  }

  wake(): void {
    this.#wakeUp.ring();
  }

  /** Waits no longer, though the sink has asked for it. */
  resume(): void {
    this.#pausedUntil = millis(0);
    this.wake();
  }

  /** Takes nothing new, and resolves when what was under way is written. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await Promise.all(this.#lanes.values());
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        await this.#look();
      } catch (err) {
        this.#sending.world.log.error({ err, sink: this.#sink.id }, "deliveries stand still");
        // A ring does not shorten this: a database that is away is not asked at every commit.
        await new WakeUp().wait(POLL_MS, signal);
      }
      await this.#wakeUp.wait(POLL_MS, signal);
    }
  }

  async #look(): Promise<void> {
    const { store, world } = this.#sending;
    const free = LANES - this.#lanes.size;
    if (free <= 0 || this.#pausedUntil > world.now()) return;
    const due = await store.dueLanes(this.#sink.id, new Set(this.#lanes.keys()), free);
    if (due.length === 0 || this.#stop.signal.aborted) return;
    for (const claimed of await store.claim(this.#sink.id, due, RUN)) {
      const sent = this.#sendLane(claimed).finally(() => {
        this.#lanes.delete(claimed.lane);
        this.wake();
      });
      this.#lanes.set(claimed.lane, sent);
    }
  }

  async #sendLane({ lane, deliveries }: ClaimedLane): Promise<void> {
    const { world, settler } = this.#sending;
    const until = plus(world.now(), RUN_MS);
    const written: Promise<void>[] = [];
    let rest = deliveries;
    try {
      while (rest.length > 0 && this.#maySend(until)) {
        const batch = rest.slice(0, this.#sink.batch);
        await this.#slot(batch.length);
        if (!this.#maySend(until)) break;
        rest = rest.slice(batch.length);
        const sent = await this.#send(batch);
        written.push(...sent.map(({ delivery }) => settler.settle(delivery)));
        if (sent.some(({ delivery }) => delivery.state.at !== "delivered")) break;
      }
      for (const delivery of rest) {
        const state = step(delivery.state, { do: "release" }, world.now());
        written.push(settler.settle({ id: delivery.id, state, log: delivery.log }));
      }
      await Promise.all(written);
    } catch (err) {
      // What was not written is attempted again once its claim has ended: at least once, never lost.
      world.log.error({ err, sink: this.#sink.id, lane }, "the end of deliveries was not written");
      await Promise.allSettled(written);
    }
  }

  #maySend(until: Millis): boolean {
    const now = this.#sending.world.now();
    return !this.#stop.signal.aborted && now <= until && this.#pausedUntil <= now;
  }

  /** Waits until the rate allows so many. */
  async #slot(count: number): Promise<void> {
    const { rate } = this.#sink;
    if (rate === null) return;
    const now = performance.now();
    const at = Math.max(this.#nextSlot, now);
    this.#nextSlot = at + (count * 1000) / rate;
    if (at <= now) return;
    await delay(at - now, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }

  async #send(batch: readonly ClaimedDelivery[]) {
    const { client, world } = this.#sending;
    const events = batch.map(({ event }) => event);
    const json = events.map((event) => event.json);
    const body = this.#sink.batch > 1 ? `[${json.join(",")}]` : json.join("");
    const sink = this.#sink;
    const answer = await client.post(sink, batchId(events.map(({ id }) => id)), body);
    const { status, retryAfterMs, attempt } = answer;
    const now = world.now();
    // One throw of the dice for the batch: its events come due together.
    const input =
      status === null && this.stopped
        ? ({ do: "release" } as const)
        : ({ do: "answer", status, retryAfterMs, random: Math.random() } as const);
    const sent = batch.map((delivery) => {
      const state = step(delivery.state, input, now);
      const log = [...delivery.log, attempt].slice(-LOG);
      return { claimed: delivery, delivery: { id: delivery.id, state, log } };
    });
    for (const { delivery } of sent) this.#count(delivery.state);
    if (status !== null && SLOW_DOWN.has(status) && retryAfterMs !== null)
      this.#pause(retryAfterMs);
    const dead = sent.find(({ delivery }) => delivery.state.at === "dead");
    if (dead !== undefined) await this.#giveUp(sink, dead.claimed, answer);
    return sent;
  }

  #pause(retryAfterMs: number): void {
    // The sink, not the event, is what asked: its other streams wait too, an hour at most.
    this.#pausedUntil = plus(this.#sending.world.now(), Math.min(retryAfterMs, 3_600_000));
  }

  #count(state: DeliveryState): void {
    if (state.at === "delivered" || state.at === "dead") this.#sending.count(state.at);
    else this.#sending.count("retried");
  }

  /** Disables the sink that says it is gone, or that took nothing for as long as a delivery was tried. */
  async #giveUp(
    { id, url }: StoredSink,
    delivery: ClaimedDelivery,
    { status, attempt }: Answer,
  ): Promise<void> {
    const { store } = this.#sending;
    const gone = status === 410;
    if (!gone && (await store.deliveredSince(id, delivery.createdAt))) return;
    const reason = gone ? "gone" : "unreachable";
    const lastAnswer = { status, answer: attempt.answer };
    const event: NewEvent = { type: "sink_disabled", data: { sink: id, url, reason, lastAnswer } };
    await store.disableSink({ id, url }, reason, event);
    // It has moved meanwhile, and is sent to where it is now.
    if (this.#sink.url === url) this.#stop.abort();
  }
}
