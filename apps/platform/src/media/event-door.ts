import type { Event } from "@oxbow/sdk";
import type { EventWay, Store, Tx } from "../store/index.ts";
import type { World } from "../world.ts";
import type { EventProjection, EventProjections } from "./event-projection.ts";
import type { PoisonedEvent } from "./inbox.ts";
import { type Noted, noteEvents, noteOutcomes, noteThings, type Told } from "./note-event.ts";

/** How often an event is tried before it is set aside: the media server's pauses make it a minute or two. */
const ATTEMPTS = 5;
/** Events that are taken in one transaction. */
const TOGETHER = 50;
/** Letters of an error that are kept. */
const MESSAGE = 500;

export type DoorOptions = {
  readonly store: Store;
  readonly world: World;
  readonly projections: EventProjections;
  readonly onPoisoned?: (tx: Tx, event: Event, poisoned: PoisonedEvent) => Promise<void>;
};

/** What became of an event at the door. */
export type Taken = Noted | "failing" | "poisoned";

type Waiting = { readonly told: Told; readonly done: PromiseWithResolvers<Taken> };

/**
 * The one way in for events, however they come: each is noted and applied in one transaction, once.
 * Those that wait while one is written share the next; where that fails, each has its own.
 */
export class EventDoor {
  readonly #options: DoorOptions;
  /** As many as there are webhooks under way. */
  #waiting: Waiting[] = [];
  /** One at a time, so that webhooks and the reading of the log never meet in one event. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: DoorOptions) {
    this.#options = options;
  }

  /** `failing`: it could not be applied, and is to come again. Throws where the database refuses. */
  take(event: Event, via: EventWay): Promise<Taken> {
    const done = Promise.withResolvers<Taken>();
    this.#waiting.push({ told: { event, via }, done });
    void this.#inTurn(() => this.#takeWaiting());
    return done.promise;
  }

  /** Takes them all, in order, or none: then undefined, and each is to be taken by itself. */
  takeAll(events: readonly Event[], via: EventWay): Promise<readonly Noted[] | undefined> {
    const told = events.map((event) => ({ event, via }));
    return this.#inTurn(() => this.#together(told));
  }

  async #takeWaiting(): Promise<void> {
    const now = this.#waiting.splice(0, TOGETHER);
    const outcomes = now.length > 1 ? await this.#together(now.map(({ told }) => told)) : undefined;
    for (const [at, { told, done }] of now.entries()) {
      const noted = outcomes?.[at];
      if (noted !== undefined) done.resolve(noted);
      else await this.#take(told.event, told.via).then(done.resolve, done.reject);
    }
  }

  async #together(told: readonly Told[]): Promise<readonly Noted[] | undefined> {
    const { store, world, projections } = this.#options;
    try {
      return await store.commit((tx) => noteEvents(tx, world, projections, told));
    } catch (err) {
      world.log.debug({ err, events: told.length }, "events are taken one by one");
      return undefined;
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #take(event: Event, via: EventWay): Promise<Taken> {
    const { store, world, projections } = this.#options;
    try {
      const told = [{ event, via }];
      const [noted] = await store.commit((tx) => noteEvents(tx, world, projections, told));
      if (noted === undefined) throw new Error("Nothing became of an event");
      return noted;
    } catch (err) {
      return this.#failed(event, via, err);
    }
  }

  async #failed(event: Event, via: EventWay, err: unknown): Promise<"failing" | "poisoned"> {
    const { store, world } = this.#options;
    const row = await store.db
      .selectFrom("media_inbox")
      .select("attempts")
      .where("id", "=", event.id)
      .executeTakeFirst();
    const attempts = (row?.attempts ?? 0) + 1;
    world.log.error(
      { err, event: event.id, type: event.type, attempts },
      "an event was not applied",
    );
    if (attempts >= ATTEMPTS) return this.#setAside(event, via, attempts);
    const error = messageOf(err);
    await store.commit((tx) =>
      noteOutcomes(tx, world, [{ event, via, outcome: "failing", attempts, error }]),
    );
    return "failing";
  }

  /** Those projections that can take it do; the others wait for the operator. */
  async #setAside(event: Event, via: EventWay, attempts: number): Promise<"poisoned"> {
    const { store, world, projections, onPoisoned } = this.#options;
    const failed = await this.#applyApart(event, Object.entries(projections));
    const failing = failed.map(({ name }) => name);
    const error = failed.map(({ name, message }) => `${name}: ${message}`).join("; ");
    await store.commit(async (tx) => {
      const outcome = failing.length === 0 ? "applied" : "poisoned";
      await noteOutcomes(tx, world, [{ event, via, outcome, attempts, error, failing }]);
      await noteThings(tx, world, [event]);
      if (failing.length === 0) return;
      const { id, sequence, type, stream } = event;
      const time = Date.parse(event.time);
      const about = { id, sequence, type, stream: stream?.id ?? null, time };
      await onPoisoned?.(tx, event, { ...about, attempts, error, failing });
    });
    return "poisoned";
  }

  /** Applies it by each projection alone; answers those that threw. */
  async #applyApart(
    event: Event,
    projections: readonly (readonly [string, EventProjection])[],
  ): Promise<{ name: string; message: string }[]> {
    const failed: { name: string; message: string }[] = [];
    for (const [name, { types, apply }] of projections) {
      if (!types.includes(event.type)) continue;
      try {
        await this.#options.store.commit((tx) => apply(tx, event));
      } catch (err) {
        failed.push({ name, message: messageOf(err) });
      }
    }
    return failed;
  }

  /** Events that were set aside, the newest first. */
  async poisoned(): Promise<readonly PoisonedEvent[]> {
    const rows = await this.#options.store.db
      .selectFrom("media_inbox")
      .select(["id", "sequence", "type", "stream", "time", "attempts", "error", "failing"])
      .where("outcome", "=", "poisoned")
      .orderBy("sequence", "desc")
      .limit(100)
      .execute();
    return rows.map(({ id, sequence, type, stream, time, attempts, error, failing }) => {
      const names = namesOf(failing);
      return { id, sequence, type, stream, time, attempts, error: error ?? "", failing: names };
    });
  }

  /** Applies an event that was set aside by the projections that could not; false where there is none. */
  retry(id: string): Promise<boolean> {
    return this.#inTurn(() => this.#retry(id));
  }

  async #retry(id: string): Promise<boolean> {
    const { store, world, projections } = this.#options;
    const row = await store.db
      .selectFrom("media_inbox")
      .select(["event", "failing"])
      .where("id", "=", id)
      .where("outcome", "=", "poisoned")
      .executeTakeFirst();
    if (row === undefined || row.event === null) return false;
    const event = eventOf(row.event);
    const names = namesOf(row.failing);
    await store.commit(async (tx) => {
      for (const [name, { apply }] of Object.entries(projections)) {
        if (names.includes(name)) await apply(tx, event);
      }
      await tx
        .updateTable("media_inbox")
        .set({ outcome: "applied", error: null, failing: null, event: null })
        .where("id", "=", id)
        .execute();
      world.log.info({ event: id }, "an event that was set aside is applied");
    });
    return true;
  }
}

const messageOf = (err: unknown): string =>
  (err instanceof Error ? err.message : String(err)).slice(0, MESSAGE);

const namesOf = (json: string | null): string[] => {
  const names: unknown = json === null ? [] : JSON.parse(json);
  return Array.isArray(names) ? names.map(String) : [];
};

/** What this program kept is what the media server signed. */
function eventOf(json: string): Event {
  const value: Event = JSON.parse(json);
  return value;
}
