import type { ChatMessage } from "@oxbow/site-contract";
import { useCallback, useEffect, useReducer } from "react";
import { call, type KnownUpdate, useUpdates } from "../core/index.ts";
import {
  followed,
  type MessageList,
  noMessages,
  prepended,
  received,
  without,
} from "./message-list.ts";

/** Messages of one request. */
const PAGE = 50;

type History = Awaited<ReturnType<typeof call<"chat.history">>>;

type State = {
  readonly list: MessageList;
  readonly loading: "first" | "older" | null;
  readonly failed: boolean;
  readonly isFollowing: boolean;
  /** Grows when everything is to be asked for anew. */
  readonly turn: number;
};

type Input =
  | { readonly do: "begin" }
  | { readonly do: "loaded"; readonly page: History }
  | { readonly do: "loadOlder" }
  | { readonly do: "older"; readonly page: History }
  | { readonly do: "add"; readonly message: ChatMessage }
  | { readonly do: "fail" }
  | { readonly do: "update"; readonly update: KnownUpdate }
  | { readonly do: "follow"; readonly isFollowing: boolean };

const first: State = {
  list: noMessages,
  loading: "first",
  failed: false,
  isFollowing: true,
  turn: 0,
};

function changed(list: MessageList, update: KnownUpdate, isFollowing: boolean): MessageList {
  if (update.type === "chat.message") return received(list, [update.data], isFollowing);
  if (update.type === "chat.cleared") {
    return without(list, ({ author }) => author.id === update.data.author);
  }
  if (update.type !== "chat.deleted") return list;
  const gone = new Set(update.data.messages);
  return without(list, ({ id }) => gone.has(id));
}

function step(state: State, input: Input): State {
  const { list, isFollowing } = state;
  switch (input.do) {
    case "begin":
      return { ...state, loading: "first", failed: false, turn: state.turn + 1 };
    case "loaded": {
      // What came over the socket meanwhile stays; what was held before may have a hole behind it.
      const page = { ...noMessages, items: input.page.items, hasOlder: input.page.next !== null };
      const last = page.items.at(-1)?.at ?? "";
      const newer = list.items.filter(({ at }) => at >= last);
      return { ...state, loading: null, failed: false, list: received(page, newer, true) };
    }
    case "loadOlder":
      return { ...state, loading: "older" };
    case "older":
      return { ...state, loading: null, list: prepended(list, input.page) };
    case "add":
      return { ...state, list: received(list, [input.message], isFollowing) };
    case "fail":
      return { ...state, loading: null, failed: state.loading === "first" };
    case "update":
      return { ...state, list: changed(list, input.update, isFollowing) };
    case "follow":
      if (input.isFollowing && list.isCut) {
        return {
          ...state,
          isFollowing: true,
          list: noMessages,
          loading: "first",
          turn: state.turn + 1,
        };
      }
      return {
        ...state,
        isFollowing: input.isFollowing,
        list: input.isFollowing ? followed(list) : list,
      };
    default:
      return input satisfies never;
  }
}

export type ShownMessages = {
  readonly items: MessageList["items"];
  /** Undefined where they are not counted. */
  readonly unseen: number;
  readonly hasOlder: boolean;
  readonly loading: "first" | "older" | null;
  readonly failed: boolean;
  readonly loadOlder: () => void;
  readonly retry: () => void;
  /** A message of this page, before the room tells it. */
  readonly add: (message: ChatMessage) => void;
  /** Whether the page looks at the newest. */
  readonly follow: (isFollowing: boolean) => void;
};

/** The messages of a room as they come. `onUpdate` hears of everything else that is told of it. */
export function useLiveMessages(
  video: string,
  onUpdate: (update: KnownUpdate) => void,
): ShownMessages {
  const [state, dispatch] = useReducer(step, first);
  const begin = useCallback(() => dispatch({ do: "begin" }), []);
  useUpdates(
    [`chat:${video}`],
    (update) => {
      dispatch({ do: "update", update });
      onUpdate(update);
    },
    { onLost: begin },
  );
  const { turn } = state;
  useEffect(() => {
    const stop = new AbortController();
    call("chat.history", { params: { video }, query: { limit: PAGE } }, stop).then(
      (page) => dispatch({ do: "loaded", page }),
      () => {
        if (!stop.signal.aborted) dispatch({ do: "fail" });
      },
    );
    return () => stop.abort();
    // `turn` asks anew.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [video, turn]);
  const oldest = state.list.items[0]?.id;
  const loadOlder = useCallback(() => {
    if (oldest === undefined) return;
    dispatch({ do: "loadOlder" });
    call("chat.history", { params: { video }, query: { limit: PAGE, cursor: oldest } }).then(
      (page) => dispatch({ do: "older", page }),
      () => dispatch({ do: "fail" }),
    );
  }, [video, oldest]);
  return {
    items: state.list.items,
    unseen: state.list.unseen,
    hasOlder: state.list.hasOlder,
    loading: state.loading,
    failed: state.failed,
    loadOlder,
    retry: begin,
    add: useCallback((message) => dispatch({ do: "add", message }), []),
    follow: useCallback((isFollowing) => dispatch({ do: "follow", isFollowing }), []),
  };
}
