/**
 * What a page may listen to. `home`: what is live; `me`: the person who is signed in; `operator`:
 * alerts and what operators watch; `moderation`: what moderators of a channel's chat must see; the
 * others are about one thing. Who may listen to which is the server's decision.
 */
export type Topic =
  | "home"
  | "me"
  | "operator"
  | `video:${string}`
  | `channel:${string}`
  | `exports:${string}`
  | `chat:${string}`
  | `moderation:${string}`;

/** A topic as the server tells it: what pages call `me` carries the person's id there. */
export type ToldTopic = Exclude<Topic, "me"> | `me:${string}`;

/** Whether a text that a page sent is a topic, for a person or anybody. */
export function isTopic(text: unknown): text is Topic {
  return (
    typeof text === "string" &&
    /^(?:home|me|operator|(?:video|channel|exports|chat|moderation):[\w-]{1,64})$/.test(text)
  );
}

/** One change that pages are told. `data` is the thing as it is now, as the API would answer it. */
export type Update = {
  /** Grows over the whole log; what a page that comes back says it has seen. */
  readonly id: number;
  readonly topic: Topic;
  /** What changed, for example `video.changed`. */
  readonly type: string;
  readonly data: unknown;
};

/** A figure as it is now. It is not in the log: a page that misses one gets the next. */
export type Gauge = Omit<Update, "id">;

/** What a page sends on its socket. */
export type FromPage =
  /** From now on these topics, and none else; `after`: what was seen last, to be told what was missed. */
  { readonly listen: readonly Topic[]; readonly after?: number };

/**
 * What a page receives. Updates of a topic come in the order of their ids. A topic that is new on its
 * socket, and listened to without `after`, begins with what was told in the last `OVERLAP_MS`.
 */
export type ToPage =
  | { readonly updates: readonly Update[] }
  | { readonly gauge: Gauge }
  /** Listening; `last` is the newest id of the log. `lost`: `after` is too old, so ask for everything anew. */
  | { readonly listening: readonly Topic[]; readonly last: number; readonly lost: boolean }
  /** Nothing to tell; everything up to `last` has been told. A page that hears nothing for two of these is cut off. */
  | { readonly last: number }
  /** A topic that this person may not listen to, or no longer. */
  | { readonly refused: Topic };

/** How far back a topic begins that is listened to for the first time, in milliseconds. */
export const OVERLAP_MS = 15_000;

/** How often a socket hears something, in milliseconds. */
export const BEAT_MS = 25_000;

/** Why the server closes a socket (RFC 6455 §7.4.2), beside the codes of the standard. */
export const closeCodes = {
  /** The process ends: come back, after a moment that differs from page to page. */
  restart: 1012,
  /** Signed in, signed out, or with another role: come back at once. */
  session: 4001,
  /** The page reads too slowly, or speaks too much: come back, and resume. */
  slow: 4008,
} as const;
