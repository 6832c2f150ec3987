import type { Store, Tx } from "../store/index.ts";
import type { World } from "../world.ts";
import type { Authentication } from "./authentication.ts";

/** What the operations of the accounts share. */
export type Parts = {
  readonly store: Store;
  readonly world: World;
  readonly authentication: Authentication;
  /** What browsers call this site, without a slash at its end; known once it listens. */
  readonly siteUrl: () => string;
  /** Whether letters go out. */
  readonly mail: boolean;
  /** What a site wants as soon as somebody runs it, in the transaction that makes the first operator. */
  readonly settingUp: (tx: Tx) => Promise<void>;
};
