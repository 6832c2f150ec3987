import type { ChatMessage } from "@oxbow/site-contract";
import { type ReactNode, useEffect, useEffectEvent, useState } from "react";
import { useChatTexts } from "./texts.ts";

/** More messages than this in the last ten seconds are not read out one by one. */
const READ_OUT = 6;
const LOOK_MS = 10_000;

/** Whether messages come faster than somebody who listens could bear. */
export function useFlood(items: readonly ChatMessage[]): boolean {
  const since = new Date(Date.now() - LOOK_MS).toISOString();
  return items.length > READ_OUT && (items.at(-1 - READ_OUT)?.at ?? "") > since;
}

/** For who listens, instead of each message: how many came, every ten seconds. */
export function ArrivalNotice({
  items,
  isFlood,
}: {
  readonly items: readonly ChatMessage[];
  readonly isFlood: boolean;
}): ReactNode {
  const texts = useChatTexts();
  const [said, setSaid] = useState("");
  const count = useEffectEvent((after: string) => {
    const newest = items.at(-1)?.at ?? after;
    const came = items.filter(({ at }) => at > after).length;
    if (came > 0) setSaid(texts.arrived(came));
    return newest;
  });
  useEffect(() => {
    if (!isFlood) return undefined;
    let newest = new Date().toISOString();
    const timer = setInterval(() => {
      newest = count(newest);
    }, LOOK_MS);
    return () => {
      clearInterval(timer);
      setSaid("");
    };
  }, [isFlood]);
  return (
    <p role="status" className="visually-hidden">
      {said}
    </p>
  );
}
