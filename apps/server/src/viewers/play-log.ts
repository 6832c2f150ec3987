import { type NewEvent, newEvent } from "@oxbow/contract";
import { Counter } from "prom-client";
import type { World } from "../world.ts";
import type { Viewer } from "./viewer.ts";

/** A thousand viewers who come at once are a few transactions, not a thousand. */
const BATCH = 500;
const PACE_MS = 250;
/** Events that wait while the database does not keep up; with more, some are never told. */
const WAITING = 20_000;

/** Where events are saved. */
export interface EventSaver {
  tell(events: readonly NewEvent[]): Promise<void>;
}

/** Tells when viewers come and go, in batches. */
export class PlayLog {
  readonly #saver: EventSaver;
  readonly #world: World;
  readonly #on: boolean;
  readonly #dropped: Counter;
  #waiting: NewEvent[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;

  constructor(saver: EventSaver, world: World, on: boolean) {
    this.#saver = saver;
    this.#world = world;
    this.#on = on;
    this.#dropped = new Counter({
      name: "oxbow_play_events_dropped_total",
      help: "play_started and play_stopped that were never told: the database did not keep up",
      registers: [world.metrics],
    });
  }

  started(viewer: Viewer): void {
    if (this.#on) this.#add(newEvent("play_started", factsOf(viewer), about(viewer)));
  }

  stopped(viewer: Viewer): void {
    if (!this.#on) return;
    // Until it was last heard of: a viewer who falls silent is missed half a minute later.
    const end = viewer.is.exact ? this.#world.now() : viewer.seenAt;
    const seconds = Math.max(0, end - viewer.since) / 1000;
    const data = { ...factsOf(viewer), seconds, bytes: viewer.bytes };
    this.#add(newEvent("play_stopped", data, about(viewer)));
  }

  #add(event: NewEvent): void {
    if (this.#waiting.length >= WAITING) {
      this.#dropped.inc();
      return;
    }
    this.#waiting.push(event);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.flush();
    }, PACE_MS);
  }

  /** Resolves when what waits is saved, or could not be. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, BATCH);
      try {
        await this.#saver.tell(batch);
      } catch (err) {
        this.#dropped.inc(batch.length);
        this.#world.log.error({ err, events: batch.length }, "viewers' events not saved");
      }
    }
  }
}

function factsOf({ id, is, rendition }: Viewer) {
  const { protocol, audience } = is;
  return {
    session: id,
    protocol,
    rendition,
    ...(audience.stream === null ? { asset: audience.id } : {}),
  };
}

function about({ is: { audience, broadcast } }: Viewer): Pick<NewEvent, "stream" | "broadcast"> {
  return {
    ...(audience.stream === null ? {} : { stream: audience.stream }),
    ...(broadcast === null ? {} : { broadcast }),
  };
}
