import type { Scope } from "@oxbow/contract";

/** Who calls. */
export type Caller = { readonly id: string; readonly name: string; readonly scope: Scope };

/** Where API keys are looked up. */
export interface KeyLookup {
  /**
   * The key with this SHA-256 (hex of the key's UTF-8 bytes), undefined where there is none. Asking
   * by hash tells nobody by its time how much of a key was right.
   */
  find(hash: string): Promise<Caller | undefined>;
}

/** What became of an idempotency key before. */
export type Claim =
  /** It is new and now ours: `finish` or `release` follows. */
  | { readonly state: "claimed" }
  /** The same request is being worked on. */
  | { readonly state: "running" }
  /** It was used for a request with another hash. */
  | { readonly state: "other_request" }
  | { readonly state: "finished"; readonly status: number; readonly body: string };

/** Where answers to creating requests are kept, to be told again. */
export interface IdempotencyPort {
  /** One of several that ask at once gets `claimed`. `key` is made of caller, operation and header. */
  claim(key: string, requestHash: string): Promise<Claim>;
  /** Keeps the answer. The body may hold a secret: it is sealed where it rests. */
  finish(key: string, answer: { status: number; body: string }): Promise<void>;
  /** The request failed and made nothing: the key may be used again. */
  release(key: string): Promise<void>;
}
