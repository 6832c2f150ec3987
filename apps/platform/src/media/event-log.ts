import type { Client, Event, EventType } from "@oxbow/sdk";
import { z } from "zod";
import type { Store } from "../store/index.ts";
import { readMediaState, writeMediaState } from "./media-state.ts";

const KEY = "cursor";
const PAGE = 500;
/** Events that are given on at one time. */
const PART = 50;
/** The feed tells at once where it begins. */
const FEED_MS = 10_000;

/** Up to `sequence` the log is known without a hole; `id` is the event there, null before the first. */
const Place = z.object({ sequence: z.int().min(0), id: z.string().nullable() });
type Place = z.infer<typeof Place>;

/** `loss`: what was lost, until states were asked for in its place. */
const Cursor = Place.extend({ loss: z.enum(["pruned", "replaced"]).nullable().default(null) });
type Cursor = z.infer<typeof Cursor>;

/** Why events are gone that nobody will tell: removed from the log by age, or the log is another one. */
export type LogLoss = "pruned" | "replaced";

/** The media server's event log, and how far the platform knows it. */
export class EventLog {
  readonly #store: Store;
  readonly #client: Client;
  readonly #types: readonly EventType[];
  #cursor: Cursor | undefined;

  constructor(store: Store, client: Client, types: readonly EventType[]) {
    this.#store = store;
    this.#client = client;
    this.#types = types;
  }

  get sequence(): number {
    return this.#cursor?.sequence ?? 0;
  }

  /**
   * Reads on from where the log is known, and gives the events to `take`, some at a time, in order. Answers what was
   * lost, where it was, until `healed`; the reading has then gone on with what there is. Throws where the
   * media server is away, or `take` does: it begins there again.
   */
  async read(take: (events: readonly Event[]) => Promise<void>): Promise<LogLoss | undefined> {
    const known = await this.#load();
    if (known === undefined) {
      // What happened before there was a platform is about nothing that it knows.
      await this.#move(await this.#newest());
      return undefined;
    }
    await this.#lookForLoss(known);
    await this.#readFrom(this.sequence, take);
    return this.#cursor?.loss ?? undefined;
  }

  /** The states of what the lost events told of are known. */
  async healed(): Promise<void> {
    const { sequence, id } = this.#cursor ?? { sequence: 0, id: null };
    await this.#keep({ sequence, id, loss: null });
  }

  async #readFrom(begin: number, take: (events: readonly Event[]) => Promise<void>): Promise<void> {
    let after = begin;
    for (;;) {
      const filter = { after, types: [...this.#types], limit: PAGE };
      const { items, next } = await this.#client.events.list(filter);
      for (let at = 0; at < items.length; at += PART) await take(items.slice(at, at + PART));
      const last = items.at(-1);
      if (last !== undefined) {
        after = last.sequence;
        await this.#move({ sequence: last.sequence, id: last.id });
      }
      if (next === null) return;
    }
  }

  async #load(): Promise<Cursor | undefined> {
    this.#cursor ??= await readMediaState(this.#store.db, KEY, Cursor);
    return this.#cursor;
  }

  /** Whether the event where the platform stands is where it was; if not, stands where the log begins. */
  async #lookForLoss({ sequence, id }: Cursor): Promise<void> {
    if (sequence === 0 || id === null) return;
    const { items } = await this.#client.events.list({ after: sequence - 1, limit: 1 });
    const [at] = items;
    if (at?.id === id) return;
    // Sequences have no holes: a later one at its place says that it was removed.
    if (at !== undefined && at.sequence > sequence) {
      await this.#keep({ sequence: at.sequence - 1, id: null, loss: "pruned" });
    } else await this.#forget();
  }

  /** The sequence and id of the newest event. The feed says where it begins. */
  async #newest(): Promise<Place> {
    const stop = new AbortController();
    const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(FEED_MS)]);
    let sequence: number | undefined;
    const opened = (after: number) => {
      sequence = after;
      stop.abort();
    };
    const interrupted = () => stop.abort();
    for await (const event of this.#client.events.follow({}, { signal, opened, interrupted })) {
      sequence = event.sequence - 1;
      break;
    }
    if (sequence === undefined) throw new Error("The media server did not say where its log ends");
    if (sequence === 0) return { sequence, id: null };
    const { items } = await this.#client.events.list({ after: sequence - 1, limit: 1 });
    return { sequence, id: items[0]?.id ?? null };
  }

  /** What was lost stays so. */
  #move(place: Place): Promise<void> {
    return this.#keep({ ...place, loss: this.#cursor?.loss ?? null });
  }

  async #keep(cursor: Cursor): Promise<void> {
    await this.#store.commit((tx) => writeMediaState(tx, KEY, cursor));
    this.#cursor = cursor;
  }

  /** Sequences of another log mean nothing here. */
  async #forget(): Promise<void> {
    const cursor: Cursor = { sequence: 0, id: null, loss: "replaced" };
    await this.#store.commit(async (tx) => {
      await writeMediaState(tx, KEY, cursor);
      await tx.deleteFrom("media_things").execute();
      // What webhooks of the other log brought was judged by them: it is read again.
      await tx.deleteFrom("media_inbox").where("outcome", "=", "older").execute();
    });
    this.#cursor = cursor;
  }
}
