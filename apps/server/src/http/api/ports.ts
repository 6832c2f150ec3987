import type { Scope } from "@oxbow/contract";

/** Who calls. */
export type Caller = { readonly id: string; readonly name: string; readonly scope: Scope };

/** Where API keys are looked up. */
export interface KeyLookup {
  /**
   * The key with this text, undefined where there is none. Found by its hash, so that the time it
   * takes tells nobody how much of a guess was right.
   */
  find(key: string): Promise<Caller | undefined>;
}

/** What to do with a request that has an idempotency key. */
export type Claim =
  /** It is the first: do it, then `finish` or `release`. */
  | { readonly do: "run" }
  /** It was done: answer this. */
  | { readonly do: "replay"; readonly status: number; readonly response: string };

/** Where answers to creating requests are kept, to be told again. */
export interface IdempotencyPort {
  /**
   * `scope` is caller and operation, `request` what must be the same. Fault `idempotency_conflict`
   * where the key came with another request, `conflict` while the first one runs.
   */
  claim(scope: string, key: string, request: string): Promise<Claim>;
  /** Keeps the answer. */
  finish(scope: string, key: string, status: number, response: string): Promise<void>;
  /** The request failed and made nothing: the key may be used again. */
  release(scope: string, key: string): Promise<void>;
}
