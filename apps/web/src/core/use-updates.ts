import type { KnownGauge, KnownUpdate, Topic } from "@oxbow/site-contract";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useSyncExternalStore } from "react";
import { useSession } from "./session.ts";
import { type Connection, type PageLife, UpdatesSocket } from "./updates-socket.ts";

export type { KnownGauge, KnownUpdate } from "@oxbow/site-contract";

const life: PageLife = {
  isHidden: () => document.hidden,
  isOnline: () => navigator.onLine,
  watch: (changed) => {
    const stop = new AbortController();
    document.addEventListener("visibilitychange", changed, stop);
    for (const event of ["online", "offline", "pageshow"]) {
      window.addEventListener(event, changed, stop);
    }
    return () => stop.abort();
  },
};

let shared: UpdatesSocket | undefined;

/** The page's one socket, from when something first listens. */
function pageSocket(): UpdatesSocket {
  shared ??= new UpdatesSocket({
    url: new URL("/api/updates", location.href).href.replace(/^http/, "ws"),
    life,
  });
  return shared;
}

export type UseUpdatesOptions = {
  readonly onGauge?: (gauge: KnownGauge) => void;
  /** Updates may have been missed; all answers are being asked for anew already. */
  readonly onLost?: () => void;
};

/**
 * Listens to topics while the component is shown. `onUpdate` gets each update once, in order; `type`
 * tells what `data` is. It usually writes into the kept answers (`useAnswers`).
 */
export function useUpdates(
  topics: readonly Topic[],
  onUpdate: (update: KnownUpdate) => void,
  options: UseUpdatesOptions = {},
): void {
  const client = useQueryClient();
  const tell = useEffectEvent(onUpdate);
  const tellGauge = useEffectEvent((gauge: KnownGauge) => options.onGauge?.(gauge));
  const tellLost = useEffectEvent(() => {
    // Asked by every listener, and done once: a query that is on its way is not asked again.
    void client.invalidateQueries({}, { cancelRefetch: false });
    options.onLost?.();
  });
  const { person } = useSession();
  const who = person === null ? "" : `${person.id} ${person.role}`;
  // The socket is that of a session: who signs in here has another.
  useEffect(() => pageSocket().belongTo(who), [who]);
  const key = topics.join(" ");
  useEffect(() => {
    if (key === "") return undefined;
    return pageSocket().listen({
      topics: topicsOf(key),
      onUpdate: tell,
      onGauge: tellGauge,
      onLost: tellLost,
    });
  }, [key]);
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it was made of topics
const topicsOf = (key: string): Topic[] => key.split(" ") as Topic[];

const subscribe = (changed: () => void): (() => void) => pageSocket().watch(changed);
const read = (): Connection => pageSocket().state;

/** Whether live updates arrive, for a notice where they have not for a while. */
export function useConnection(): Connection {
  return useSyncExternalStore(subscribe, read);
}
