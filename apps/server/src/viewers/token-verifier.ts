import { Fault } from "@oxbow/contract";
import { LRUCache } from "lru-cache";
import type { World } from "../world.ts";
import type { PlaybackKeys } from "./playback-keys.ts";
import { expired, isExpired, type PlaybackToken, verifyToken } from "./playback-token.ts";

/** Characters of tokens that are remembered, with what they say: some twenty thousand of ordinary ones. */
const KEPT_LENGTH = 16_000_000;
const OVERHEAD = 500;

/** Verifies tokens, each once: later it costs a look into a map, and the answer is there at once. */
export class TokenVerifier {
  readonly #keys: PlaybackKeys;
  readonly #world: World;
  readonly #good = new LRUCache<string, PlaybackToken>({
    maxSize: KEPT_LENGTH,
    sizeCalculation: (_, token) => token.length + OVERHEAD,
  });
  readonly #pending = new Map<string, Promise<PlaybackToken | Fault>>();
  /** Grows when a key is removed: what was begun before counts no more. */
  #generation = 0;

  constructor(keys: PlaybackKeys, world: World) {
    this.#keys = keys;
    this.#world = world;
    keys.onRemoved = () => {
      this.#generation += 1;
      this.#good.clear();
    };
  }

  /** What the token allows, or the Fault `token_expired`, `token_invalid`. A promise at first sight only. */
  verify(token: string): PlaybackToken | Fault | Promise<PlaybackToken | Fault> {
    const known = this.#good.get(token);
    if (known) return isExpired(known, this.#world.now()) ? expired() : known;
    let pending = this.#pending.get(token);
    if (!pending) {
      pending = this.#verify(token).finally(() => this.#pending.delete(token));
      this.#pending.set(token, pending);
    }
    return pending;
  }

  async #verify(token: string): Promise<PlaybackToken | Fault> {
    const generation = this.#generation;
    const found = await verifyToken(token, (kid) => this.#keys.find(kid), this.#world.now());
    if (!(found instanceof Fault) && generation === this.#generation) this.#good.set(token, found);
    return found;
  }
}
