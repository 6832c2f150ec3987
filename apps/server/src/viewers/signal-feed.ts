import { setTimeout as wait } from "node:timers/promises";
import type { EventRecord } from "@oxbow/contract";
import type { World } from "../world.ts";

const AGAIN_MS = 1_000;

/** The log, as far as the feed reads it. */
export interface EventLog {
  /** Sequence of the newest event. */
  newest(): Promise<number>;
  /** Events of these types after a sequence, in order, and those that come. */
  follow(
    filter: { readonly after: number; readonly types: readonly string[] },
    signal: AbortSignal,
  ): AsyncIterable<EventRecord>;
}

/** One reading of the log, from when it is made until it is stopped; it goes on after what breaks it. */
export class SignalFeed {
  /** Resolves when every event that is committed from now on will be told. */
  readonly ready: Promise<void>;
  readonly done: Promise<void>;
  readonly #stop = new AbortController();

  constructor(
    log: EventLog,
    types: readonly string[],
    tell: (event: EventRecord) => Promise<void>,
    world: World,
  ) {
    const newest = log.newest();
    this.ready = newest.then(() => undefined);
    this.done = newest.then(
      (after) => this.#run(log, { after, types }, tell, world),
      () => undefined,
    );
  }

  stop(): void {
    this.#stop.abort();
  }

  async #run(
    log: EventLog,
    { after, types }: { readonly after: number; readonly types: readonly string[] },
    tell: (event: EventRecord) => Promise<void>,
    world: World,
  ): Promise<void> {
    const { signal } = this.#stop;
    let told = after;
    while (!signal.aborted) {
      try {
        for await (const event of log.follow({ after: told, types }, signal)) {
          await tell(event);
          told = event.sequence;
        }
      } catch (err) {
        world.log.error({ err }, "the log was not followed for viewers; trying again");
        await wait(AGAIN_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}
