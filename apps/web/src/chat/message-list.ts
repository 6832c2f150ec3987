import type { ChatMessage } from "@oxbow/site-contract";

/** Messages of a room as a page holds them: a stretch without holes, oldest first. */
export type MessageList = {
  readonly items: readonly ChatMessage[];
  /** Whether there are older ones than these. */
  readonly hasOlder: boolean;
  /** Whether newer ones came that are not held, as the page looks at old ones. */
  readonly isCut: boolean;
  /** Came since the page stopped following. */
  readonly unseen: number;
};

/** Held while the page follows, and while somebody reads further up. */
const FOLLOWED = 300;
const HELD = 1_500;

export const noMessages: MessageList = { items: [], hasOlder: false, isCut: false, unseen: 0 };

/** By time, then by id, as the server orders them. */
const isBefore = (a: ChatMessage, b: ChatMessage): boolean =>
  a.at < b.at || (a.at === b.at && a.id < b.id);

/** Messages came; those that are held already are not held twice. */
export function received(
  list: MessageList,
  messages: readonly ChatMessage[],
  isFollowing: boolean,
): MessageList {
  const known = new Set(list.items.map(({ id }) => id));
  const fresh = messages.filter(({ id }) => !known.has(id));
  if (fresh.length === 0) return list;
  const unseen = isFollowing ? 0 : list.unseen + fresh.length;
  if (list.isCut || (!isFollowing && list.items.length + fresh.length > HELD)) {
    return { ...list, unseen, isCut: true };
  }
  const items = [...list.items];
  for (const message of fresh) {
    let at = items.length;
    while (at > 0 && isBefore(message, items[at - 1] ?? message)) at--;
    items.splice(at, 0, message);
  }
  return isFollowing ? followed({ ...list, items }) : { ...list, items, unseen };
}

/** The page looks at the newest again: what is far up is let go. */
export function followed(list: MessageList): MessageList {
  const items = list.items.slice(-FOLLOWED);
  return {
    ...list,
    items,
    hasOlder: list.hasOlder || items.length < list.items.length,
    unseen: 0,
  };
}

/** Older messages were asked for. */
export function prepended(
  list: MessageList,
  page: { readonly items: readonly ChatMessage[]; readonly next: string | null },
): MessageList {
  const known = new Set(list.items.map(({ id }) => id));
  const older = page.items.filter(({ id }) => !known.has(id));
  return { ...list, items: [...older, ...list.items], hasOlder: page.next !== null };
}

/** Messages are gone. */
export function without(list: MessageList, isGone: (message: ChatMessage) => boolean): MessageList {
  const items = list.items.filter((message) => !isGone(message));
  return items.length === list.items.length ? list : { ...list, items };
}
