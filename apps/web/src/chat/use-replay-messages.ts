import type { ChatMessage } from "@oxbow/site-contract";
import { useCallback, useEffect, useEffectEvent, useRef, useState } from "react";
import { call, type KnownUpdate, useUpdates } from "../core/index.ts";
import {
  extended,
  jumped,
  lengthened,
  noReplay,
  planReplay,
  type ReplayWindow,
  seenAt,
} from "./replay-window.ts";
import type { ShownMessages } from "./use-live-messages.ts";

/** How often the player is asked where it is, in milliseconds. */
const LOOK_MS = 300;
const PAGE = 200;
/** Requests for one stretch; a chat that is busier than this goes on with the next look. */
const PAGES = 10;
const BEFORE = 100;
/** After a failure the next try waits so long, in milliseconds. */
const AGAIN_MS = 3_000;

const ask = (
  video: string,
  query: Parameters<typeof call<"chat.replay">>[1]["query"],
  signal: AbortSignal,
) => call("chat.replay", { params: { video }, query }, { signal });

/** All messages of a stretch, and how far that is. */
async function stretch(
  video: string,
  { from, to }: { readonly from: number; readonly to: number },
  signal: AbortSignal,
): Promise<{ readonly items: readonly ChatMessage[]; readonly to: number }> {
  const items: ChatMessage[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < PAGES; pages++) {
    const query = { from, to, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) };
    const page = await ask(video, query, signal);
    items.push(...page.items);
    if (page.next === null) return { items, to };
    cursor = page.next;
  }
  // The last moment may not be whole: it comes with the next stretch.
  const end = items.at(-1)?.mediaAt ?? to;
  return { items: items.filter(({ mediaAt }) => mediaAt < end), to: end };
}

async function next(held: ReplayWindow, video: string, at: number, signal: AbortSignal) {
  const plan = planReplay(held, at);
  if (plan.do === "nothing") return held;
  if (plan.do === "extend") {
    const { items, to } = await stretch(video, plan, signal);
    return extended(held, items, to);
  }
  return jumped(plan.to, await ask(video, { to: plan.to, limit: BEFORE, back: "1" }, signal));
}

/**
 * The messages of a room as the player moves. `position` answers what the player shows, in Unix
 * milliseconds of the archive; null while it shows nothing.
 */
export function useReplayMessages(video: string, position: () => number | null): ShownMessages {
  const [held, setHeld] = useState(noReplay);
  const [at, setAt] = useState<number | null>(null);
  const [failed, setFailed] = useState(false);
  const [loading, setLoading] = useState<"first" | "older" | null>("first");
  const asked = useRef<AbortController | null>(null);
  const notBefore = useRef(0);

  const change = (update: KnownUpdate): void => {
    const isGone = goneBy(update);
    if (isGone === undefined) return;
    setHeld((before) => ({ ...before, items: before.items.filter((one) => !isGone(one)) }));
  };
  useUpdates([`chat:${video}`], change, { onLost: () => setHeld(noReplay) });

  const load = async (now: number, signal: AbortSignal): Promise<void> => {
    try {
      setHeld(await next(held, video, now, signal));
      setFailed(false);
      setLoading(null);
    } catch {
      // Told on the page where there is nothing to show; else tried again in a while.
      notBefore.current = Date.now() + AGAIN_MS;
      if (!signal.aborted) setFailed(true);
    }
  };
  const look = useEffectEvent(() => {
    const now = position();
    if (now === null || document.hidden) return;
    setAt(now);
    if (asked.current !== null || Date.now() < notBefore.current) return;
    if (planReplay(held, now).do === "nothing") return;
    const stop = new AbortController();
    asked.current = stop;
    void load(now, stop.signal).finally(() => {
      asked.current = null;
    });
  });
  useEffect(() => {
    const timer = setInterval(look, LOOK_MS);
    return () => {
      clearInterval(timer);
      asked.current?.abort();
    };
  }, []);

  const oldest = held.items[0]?.id;
  const loadOlder = useCallback(() => {
    if (oldest === undefined) return;
    setLoading("older");
    const query = { to: held.to, cursor: oldest, limit: BEFORE, back: "1" } as const;
    call("chat.replay", { params: { video }, query })
      .then(
        (page) => setHeld((before) => lengthened(before, page)),
        () => setFailed(true),
      )
      .finally(() => setLoading(null));
  }, [video, oldest, held.to]);

  return {
    items: at === null ? [] : seenAt(held, at),
    unseen: 0,
    hasOlder: held.hasOlder,
    // Where nothing plays there is nothing to wait for.
    loading: at === null ? null : loading,
    failed: failed && held.to === 0,
    loadOlder,
    retry: useCallback(() => {
      notBefore.current = 0;
      setFailed(false);
    }, []),
    add: nothing,
    follow: nothing,
  };
}

// Nothing is written into a replay, and it follows the player.
const nothing = (): undefined => undefined;

function goneBy(update: KnownUpdate): ((message: ChatMessage) => boolean) | undefined {
  if (update.type === "chat.cleared") return ({ author }) => author.id === update.data.author;
  if (update.type !== "chat.deleted") return undefined;
  const gone = new Set(update.data.messages);
  return ({ id }) => gone.has(id);
}
