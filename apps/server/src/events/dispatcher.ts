import type { EventStore } from "./ports.ts";
import { type Sending, SinkSender } from "./sink-sender.ts";
import { WakeUp } from "./wake-up.ts";

/** How often sinks that another server changed are looked at. */
const REFRESH_MS = 5_000;

/** One sender for each enabled sink; none waits for another. */
export class Dispatcher implements AsyncDisposable {
  readonly #store: EventStore;
  readonly #sending: Sending;
  readonly #senders = new Map<string, SinkSender>();
  readonly #changed = new WakeUp();
  /** Sinks that are to be sent to at once. */
  readonly #resumed = new Set<string>();
  readonly #stop = new AbortController();
  #unlisten: () => void = () => undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(sending: Sending) {
    this.#store = sending.store;
    this.#sending = sending;
  }

  async start(): Promise<void> {
    await this.#store.recover();
    await this.#refresh();
    this.#unlisten = this.#store.onCommit(() => this.wake());
    this.#running = this.#run();
  }

  /** There may be something to send. */
  wake(): void {
    for (const sender of this.#senders.values()) sender.wake();
  }

  /** A sink was added, changed or removed. `resumed`: what is open at this one is due at once. */
  sinksChanged(resumed?: string): void {
    if (resumed !== undefined) this.#resumed.add(resumed);
    this.#changed.ring();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    for (;;) {
      await this.#changed.wait(REFRESH_MS, signal);
      if (signal.aborted) return;
      try {
        await this.#refresh();
      } catch (err) {
        this.#sending.world.log.error({ err }, "the sinks could not be read");
      }
    }
  }

  async #refresh(): Promise<void> {
    const resumed = [...this.#resumed];
    const sinks = new Map((await this.#store.enabledSinks()).map((sink) => [sink.id, sink]));
    for (const [id, sender] of this.#senders) {
      if (sinks.has(id)) continue;
      this.#senders.delete(id);
      // It ends on its own; a sink enabled again gets another sender, and the claims keep them apart.
      void sender.stop();
    }
    for (const [id, sink] of sinks) {
      const sender = this.#senders.get(id);
      if (sender === undefined || sender.stopped) {
        this.#senders.set(id, new SinkSender(sink, this.#sending));
      } else {
        sender.sink = sink;
        sender.wake();
      }
    }
    for (const id of resumed) {
      this.#resumed.delete(id);
      this.#senders.get(id)?.resume();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#unlisten();
    this.#stop.abort();
    await this.#running;
    await Promise.all([...this.#senders.values()].map((sender) => sender.stop()));
  }
}
