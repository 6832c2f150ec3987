import type { ToldTopic } from "@oxbow/site-contract";

/** Who listens to what. `Listener` is compared by identity. */
export class Listeners<Listener> {
  readonly #byTopic = new Map<ToldTopic, Set<Listener>>();
  readonly #watchers = new Set<(topic: ToldTopic, count: number) => void>();

  /** Those who listen to a topic. */
  of(topic: string): ReadonlySet<Listener> {
    // A topic that nobody has listened to is no key, whatever text it is.
    return (this.#byTopic as ReadonlyMap<string, Set<Listener>>).get(topic) ?? new Set();
  }

  add(topic: ToldTopic, listener: Listener): void {
    const all = this.#byTopic.get(topic) ?? new Set();
    if (all.has(listener)) return;
    this.#byTopic.set(topic, all.add(listener));
    this.#tell(topic, all.size);
  }

  delete(topic: ToldTopic, listener: Listener): void {
    const all = this.#byTopic.get(topic);
    if (!all?.delete(listener)) return;
    if (all.size === 0) this.#byTopic.delete(topic);
    this.#tell(topic, all.size);
  }

  /** Calls `watcher` when there are more or fewer of a topic. Answers how to stop it. */
  watch(watcher: (topic: ToldTopic, count: number) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  #tell(topic: ToldTopic, count: number): void {
    for (const watcher of this.#watchers) watcher(topic, count);
  }
}
