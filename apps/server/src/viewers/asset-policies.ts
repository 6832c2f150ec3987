import { LRUCache } from "lru-cache";
import type { World } from "../world.ts";
import type { Titles, WatchedAsset } from "./ports.ts";

const KEPT = 5_000;
/** A change that another server of the same database made is seen this much later at most. */
const HOLDS_MS = 5_000;

const ID_LENGTH = 80;

type Known = WatchedAsset | undefined;

export interface AssetPolicies {
  /** Undefined: there is no such asset. A promise where it has to be looked up. */
  of(asset: string): Known | Promise<Known>;
  /** It was changed: it is looked up anew. */
  forget(asset: string): void;
}

/** Policies of assets, looked up once in a while. */
export function assetPolicies(titles: Titles, world: World): AssetPolicies {
  const kept = new LRUCache<string, { readonly found: Known; readonly until: number }>({
    max: KEPT,
  });
  /** Grows with each change: what was looked up before is not kept. */
  let changes = 0;
  return {
    forget(asset) {
      changes += 1;
      kept.delete(asset);
    },
    of(asset) {
      // No id is that long, and what is made up is not kept.
      if (asset.length > ID_LENGTH) return undefined;
      const known = kept.get(asset);
      const now = world.now();
      if (known && now < known.until && known.until - now <= HOLDS_MS) return known.found;
      const before = changes;
      return titles.asset(asset).then((found) => {
        if (before === changes) kept.set(asset, { found, until: world.now() + HOLDS_MS });
        return found;
      });
    },
  };
}
