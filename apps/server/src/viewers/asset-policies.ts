import { LRUCache } from "lru-cache";
import type { World } from "../world.ts";
import type { Titles, WatchedAsset } from "./ports.ts";

const KEPT = 5_000;
/** A change of the policy is seen this much later at most. */
const HOLDS_MS = 5_000;

const ID_LENGTH = 80;

type Known = WatchedAsset | undefined;

export interface AssetPolicies {
  /** Undefined: there is no such asset. A promise where it has to be looked up. */
  of(asset: string): Known | Promise<Known>;
}

/** Policies of assets, looked up once in a while. */
export function assetPolicies(titles: Titles, world: World): AssetPolicies {
  const kept = new LRUCache<string, { readonly found: Known; readonly until: number }>({
    max: KEPT,
  });
  return {
    of(asset) {
      // No id is that long, and what is made up is not kept.
      if (asset.length > ID_LENGTH) return undefined;
      const known = kept.get(asset);
      const now = world.now();
      if (known && now < known.until && known.until - now <= HOLDS_MS) return known.found;
      return titles.asset(asset).then((found) => {
        kept.set(asset, { found, until: world.now() + HOLDS_MS });
        return found;
      });
    },
  };
}
