import type { KnownGauge, KnownUpdate, Topic } from "@oxbow/site-contract";
import { OVERLAP_MS } from "@oxbow/site-contract/updates";

/** Who listens to topics on this page. */
export type TopicListener = {
  readonly topics: readonly Topic[];
  readonly onUpdate: (update: KnownUpdate) => void;
  readonly onGauge?: ((gauge: KnownGauge) => void) | undefined;
  /** Updates may have been missed: ask for everything anew. */
  readonly onLost?: (() => void) | undefined;
};

type Wanted = {
  listeners: number;
  /** Unix milliseconds. */
  readonly since: number;
  /** The server tells it, or goes on telling it after `last`. */
  heard: boolean;
  /** Its newest update here. */
  newest: number;
};

/** A topic that begins this long after it was wanted begins too late for what was asked then. */
const TOO_LATE_MS = OVERLAP_MS * (2 / 3);

/** The topics that this page wants, each once, and what has been told of them. Knows no socket. */
export class UpdatesTopics {
  readonly #listeners = new Set<TopicListener>();
  readonly #wanted = new Map<Topic, Wanted>();
  /** Everything up to this id has been told, of the topics that are heard. */
  #last: number | null = null;

  /** Adds somebody who listens; answers how to stop it. */
  add(listener: TopicListener, now: number): () => void {
    this.#listeners.add(listener);
    for (const topic of listener.topics) {
      const wanted = this.#wanted.get(topic);
      if (wanted !== undefined) wanted.listeners++;
      else this.#wanted.set(topic, { listeners: 1, since: now, heard: false, newest: 0 });
    }
    return () => {
      if (this.#listeners.delete(listener)) this.#forget(listener.topics);
    };
  }

  get size(): number {
    return this.#wanted.size;
  }

  all(): Topic[] {
    return [...this.#wanted.keys()];
  }

  /** What goes on where it was cut off, on a new socket; null where nothing does. */
  resumption(): { readonly listen: readonly Topic[]; readonly after: number } | null {
    const listen = this.all().filter((topic) => this.#wanted.get(topic)?.heard === true);
    return this.#last === null || listen.length === 0 ? null : { listen, after: this.#last };
  }

  /** Updates came. Each is told once to each listener of its topic. */
  take(updates: readonly KnownUpdate[]): void {
    for (const update of updates) {
      this.reach(update.id);
      const wanted = this.#wanted.get(update.topic);
      if (wanted === undefined || update.id <= wanted.newest) continue;
      wanted.newest = update.id;
      for (const listener of this.#of(update.topic)) listener.onUpdate(update);
    }
  }

  takeGauge(gauge: KnownGauge): void {
    for (const listener of this.#of(gauge.topic)) listener.onGauge?.(gauge);
  }

  /** Everything up to an id has been told. */
  reach(last: number): void {
    this.#last = Math.max(this.#last ?? 0, last);
  }

  /** The server tells these topics from now on. `lost`: not what was told before. */
  hear(topics: readonly Topic[], last: number, options: { lost: boolean; now: number }): void {
    const late = new Set<Topic>();
    for (const topic of topics) {
      const wanted = this.#wanted.get(topic);
      if (wanted === undefined) continue;
      const isLate = !wanted.heard && options.now - wanted.since > TOO_LATE_MS;
      if (options.lost || isLate) late.add(topic);
      wanted.heard = true;
      // After a database was put back, ids may be smaller than before.
      if (options.lost) wanted.newest = 0;
    }
    if (options.lost) this.#last = last;
    else this.reach(last);
    for (const listener of this.#listeners) {
      if (listener.topics.some((topic) => late.has(topic))) listener.onLost?.();
    }
  }

  /** The server does not tell a topic, or no longer. */
  refuse(topic: Topic): void {
    const wanted = this.#wanted.get(topic);
    if (wanted !== undefined) wanted.heard = false;
  }

  #of(topic: Topic): TopicListener[] {
    return [...this.#listeners].filter((listener) => listener.topics.includes(topic));
  }

  #forget(topics: readonly Topic[]): void {
    for (const topic of topics) {
      const wanted = this.#wanted.get(topic);
      if (wanted !== undefined && --wanted.listeners === 0) this.#wanted.delete(topic);
    }
  }
}
