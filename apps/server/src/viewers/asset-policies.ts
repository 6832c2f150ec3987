import { LRUCache } from "lru-cache";
import type { World } from "../world.ts";
import type { Titles } from "./ports.ts";

const KEPT = 5_000;
/** A change of the policy is seen this much later at most. */
const HOLDS_MS = 5_000;

const ID_LENGTH = 80;

type Policy = "public" | "signed" | undefined;

export interface AssetPolicies {
  /** Undefined: there is no such asset. A promise where it has to be looked up. */
  of(asset: string): Policy | Promise<Policy>;
}

/** Policies of assets, looked up once in a while. */
export function assetPolicies(titles: Titles, world: World): AssetPolicies {
  const kept = new LRUCache<string, { readonly policy: Policy; readonly until: number }>({
    max: KEPT,
  });
  return {
    of(asset) {
      // No id is that long, and what is made up is not kept.
      if (asset.length > ID_LENGTH) return undefined;
      const known = kept.get(asset);
      const now = world.now();
      if (known && now < known.until && known.until - now <= HOLDS_MS) return known.policy;
      return titles.asset(asset).then((found) => {
        const policy = found?.policy;
        kept.set(asset, { policy, until: world.now() + HOLDS_MS });
        return policy;
      });
    },
  };
}
