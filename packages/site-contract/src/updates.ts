/**
 * What a page may listen to. `home`: what is live; `me`: the person who is signed in; `operator`:
 * alerts and what operators watch; the others are about one thing. Who may listen to which is the
 * server's decision.
 */
export type Topic =
  | "home"
  | "me"
  | "operator"
  | `video:${string}`
  | `channel:${string}`
  | `exports:${string}`
  | `chat:${string}`;

/** One change that pages are told. `data` is the thing as it is now, as the API would answer it. */
export type Update = {
  /** Grows by one and more over the whole log; what a page that comes back says it has seen. */
  readonly id: number;
  readonly topic: Topic;
  /** What changed, for example `video.changed`. */
  readonly type: string;
  readonly data: unknown;
};

/** What a page sends on its socket. */
export type FromPage =
  /** From now on these topics, and none else; `after`: what was seen last, to be told what was missed. */
  { readonly listen: readonly Topic[]; readonly after?: number };

/** What a page receives. */
export type ToPage =
  | { readonly update: Update }
  /** Listening; `last` is the newest id of the log. `lost`: `after` is too old, so ask for everything anew. */
  | { readonly listening: readonly Topic[]; readonly last: number; readonly lost: boolean }
  /** A topic that this person may not listen to. */
  | { readonly refused: Topic };
