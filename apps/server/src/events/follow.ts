import { type EventRecord, Fault } from "@oxbow/contract";
import type { EventFilter, EventStore } from "./ports.ts";
import { WakeUp } from "./wake-up.ts";

const PAGE = 200;
const POLL_MS = 1_000;
/** Who follows reads at most a hundred times a second, however fast the commits come. */
const PACE_MS = 10;
const FOLLOWERS = 1_000;

/** Lets many follow the log at once. */
export class Followers {
  readonly #store: EventStore;
  #count = 0;

  constructor(store: EventStore) {
    this.#store = store;
  }

  /**
   * The log from after `filter.after`, and then what comes, until the signal aborts or the caller
   * stops. Reads on only as the caller takes. Fault `limit_reached` when too many follow.
   */
  async *follow(filter: EventFilter, signal: AbortSignal): AsyncGenerator<EventRecord, void> {
    if (this.#count >= FOLLOWERS) {
      throw new Fault("limit_reached", `Cannot follow the events: ${FOLLOWERS} do already`);
    }
    this.#count += 1;
    const news = new WakeUp();
    const stop = this.#store.onCommit(news.ring);
    try {
      let after = filter.after ?? (await this.#store.lastSequence());
      while (!signal.aborted) {
        const page = await this.#store.events({ ...filter, after }, PAGE);
        for (const event of page) {
          after = event.sequence;
          yield event;
          if (signal.aborted) return;
        }
        if (page.length === PAGE) continue;
        await news.wait(POLL_MS, signal);
        if (page.length > 0) await new WakeUp().wait(PACE_MS, signal);
      }
    } finally {
      stop();
      this.#count -= 1;
    }
  }
}
