import { LRUCache } from "lru-cache";
import type { World } from "../world.ts";
import type { Decision, Question } from "./decision-callback.ts";

const KEPT = 20_000;

/** Who decides. */
export interface Decider {
  ask(question: Question): Promise<Decision>;
}

/** Decisions of the operator's program, each asked for once as long as it holds. */
export class PlayDecisions {
  readonly #decider: Decider;
  readonly #world: World;
  readonly #kept = new LRUCache<string, Decision>({ max: KEPT });
  readonly #pending = new Map<string, Promise<Decision>>();

  constructor(decider: Decider, world: World) {
    this.#decider = decider;
    this.#world = world;
  }

  /** `key` is what viewers are recognised by. A promise where it has to be asked for. */
  of(key: string, question: () => Question): Decision | Promise<Decision> {
    const kept = this.#kept.get(key);
    if (kept && this.#world.now() < kept.until) return kept;
    let pending = this.#pending.get(key);
    if (!pending) {
      pending = this.#decider
        .ask(question())
        .then((decision) => {
          this.#kept.set(key, decision);
          return decision;
        })
        .finally(() => this.#pending.delete(key));
      this.#pending.set(key, pending);
    }
    return pending;
  }
}
