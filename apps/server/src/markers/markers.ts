import { Fault } from "@oxbow/contract";
import type { DateRange } from "@oxbow/hls";
import { type Millis, plus } from "@oxbow/media";
import type { World } from "../world.ts";
import type { KeptMarker, Marker, MarkerPage, MarkerStore } from "./marker.ts";

/** So many a broadcast may have: all of them stand in each of its playlists. */
const MOST = 1000;
/** How long what was removed is told: longer than any player keeps a playlist without asking again. */
const REMOVED_MS = 15 * 60_000;
/** Broadcasts whose markers are in memory. */
const BROADCASTS = 512;
const CLASS = "oxbow.marker";

export type MarkerPorts = {
  readonly store: MarkerStore;
  /** The stream's broadcast that was on air at a time. */
  readonly broadcastAt: (stream: string, at: Millis) => Promise<string | undefined>;
  readonly world: World;
};

/** What is marked in a broadcast, as its playlists say it. */
export type Marks = {
  readonly ranges: readonly { readonly range: DateRange; readonly addedAt: Millis }[];
  /** What was taken away lately. */
  readonly removed: readonly { readonly id: string; readonly at: Millis }[];
};

const NONE: Marks = { ranges: [], removed: [] };

export type NewMarker = {
  readonly at: Millis | undefined;
  readonly label: string;
  readonly duration: number | null;
};

/** Markers of all streams: kept durably, and told to playlists from memory. */
export class Markers {
  readonly #ports: MarkerPorts;
  /** In order of last use. */
  readonly #marks = new Map<string, Promise<Marks>>();
  readonly #known = new Map<string, Marks>();
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #watchers = new Set<(stream: string) => void>();

  constructor(ports: MarkerPorts) {
    this.#ports = ports;
  }

  /**
   * Marks a moment. Throws Fault `invalid_request` where nothing was on air then, `conflict` where the
   * broadcast has as many as it may.
   */
  async create(stream: string, { at, label, duration }: NewMarker): Promise<Marker> {
    const { store, broadcastAt, world } = this.#ports;
    const createdAt = world.now();
    const moment = at ?? createdAt;
    const broadcast = await broadcastAt(stream, moment);
    if (broadcast === undefined) {
      throw new Fault("invalid_request", `Cannot mark "${moment}": nothing was on air then`, {
        field: "at",
      });
    }
    const id = world.id("mrk");
    const marker = { id, stream, broadcast, at: moment, duration, label, createdAt };
    if (!(await store.add(marker, MOST))) {
      throw new Fault("conflict", `Cannot mark "${broadcast}" once more: it has ${MOST} markers`);
    }
    await this.#changed(marker);
    return marker;
  }

  /** In the order in which they were made. */
  list(stream: string, page: MarkerPage): Promise<readonly Marker[]> {
    return this.#ports.store.list(stream, page);
  }

  /** Throws Fault `marker_unknown`. */
  async remove(id: string): Promise<void> {
    const now = this.#ports.world.now();
    const gone = await this.#ports.store.remove(id, now, plus(now, -REMOVED_MS));
    if (gone === undefined) {
      throw new Fault("marker_unknown", `Cannot remove marker "${id}": there is none`);
    }
    await this.#changed(gone);
  }

  /** Those of a broadcast, in order of time. */
  of(broadcast: string): Promise<Marks> {
    const known = this.#marks.get(broadcast);
    if (known === undefined) return this.#load(broadcast);
    this.#marks.delete(broadcast);
    this.#marks.set(broadcast, known);
    return known;
  }

  /** The moments of a broadcast, in order of time. */
  async moments(broadcast: string): Promise<readonly Pick<Marker, "at" | "label">[]> {
    const { store, world } = this.#ports;
    const kept = await store.ofBroadcast(broadcast, world.now());
    return kept.filter(({ removedAt }) => removedAt === null);
  }

  /** The same at once: none where they are not in memory yet; listeners are told when they are. */
  dateRanges(broadcast: string): Marks {
    const known = this.#known.get(broadcast);
    if (known !== undefined) return known;
    if (!this.#marks.has(broadcast)) {
      this.#load(broadcast)
        .then(() => this.#tell(broadcast))
        .catch((error: unknown) =>
          this.#ports.world.log.error({ err: error, broadcast }, "markers not read"),
        );
    }
    return NONE;
  }

  /** Called after each change of the broadcast's markers. Returns the way out. */
  onChanged(broadcast: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(broadcast) ?? new Set();
    listeners.add(listener);
    this.#listeners.set(broadcast, listeners);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(broadcast);
    };
  }

  /** Called with the stream after each change of its markers. Returns the way out. */
  watch(watcher: (stream: string) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  async #changed({ broadcast, stream }: Marker): Promise<void> {
    await this.#load(broadcast);
    this.#tell(broadcast);
    for (const watcher of this.#watchers) watcher(stream);
  }

  #tell(broadcast: string): void {
    for (const listener of this.#listeners.get(broadcast) ?? []) listener();
  }

  #load(broadcast: string): Promise<Marks> {
    const { store, world } = this.#ports;
    const since = plus(world.now(), -REMOVED_MS);
    const marks = store.ofBroadcast(broadcast, since).then(marksOf);
    this.#marks.delete(broadcast);
    this.#marks.set(broadcast, marks);
    void this.#keep(broadcast, marks);
    const [oldest] = this.#marks.keys();
    if (this.#marks.size > BROADCASTS && oldest !== undefined) this.#forget(oldest);
    return marks;
  }

  /** Remembers what was read, unless it was asked for again meanwhile; a failure is for whoever asked. */
  async #keep(broadcast: string, marks: Promise<Marks>): Promise<void> {
    const read = await marks.catch(() => undefined);
    if (this.#marks.get(broadcast) !== marks) return;
    if (read === undefined) this.#forget(broadcast);
    else this.#known.set(broadcast, read);
  }

  #forget(broadcast: string): void {
    this.#marks.delete(broadcast);
    this.#known.delete(broadcast);
  }
}

function marksOf(kept: readonly KeptMarker[]): Marks {
  return {
    ranges: kept
      .filter(({ removedAt }) => removedAt === null)
      .map((marker) => ({ range: dateRange(marker), addedAt: marker.createdAt })),
    removed: kept.flatMap(({ id, removedAt: at }) => (at === null ? [] : [{ id, at }])),
  };
}

/** EXT-X-DATERANGE (rfc8216bis §4.4.5.1). */
function dateRange({ id, at, duration, label }: Marker): DateRange {
  return { id, class: CLASS, from: at, duration: duration ?? 0, facts: { "X-LABEL": label } };
}
