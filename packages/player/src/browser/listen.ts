import { backoff } from "../backoff.ts";
import { SIGNAL_EVENTS, SILENT, type Signal, signalAfter } from "../viewer-signal.ts";

/** The longest wait before a signal that was refused is asked for again, in milliseconds. */
const LONGEST = 60_000;

/** One name for all that this tab asks, so that the server counts one viewer. */
const session = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) =>
  byte.toString(16).padStart(2, "0"),
).join("");

export type Listening = {
  /** Whether the server tells what happens, so that asking is not needed. */
  connected(): boolean;
  close(): void;
};

/**
 * Listens to a stream's viewer signal while the page can be seen: over HTTP/1.1 a browser has few
 * connections for all tabs together. Where there is none, nothing is told, and asking goes on.
 */
export function listen(url: () => string, tell: (signal: Signal) => void): Listening {
  let signal = SILENT;
  let source: EventSource | undefined;
  let attempt = 0;
  let again: ReturnType<typeof setTimeout> | undefined;

  const disconnect = (): void => {
    clearTimeout(again);
    source?.close();
    source = undefined;
  };
  const connect = (): void => {
    disconnect();
    if (document.visibilityState === "hidden") return;
    const asked = url();
    const opened = new EventSource(`${asked}${asked.includes("?") ? "&" : "?"}session=${session}`);
    source = opened;
    for (const name of SIGNAL_EVENTS) {
      opened.addEventListener(name, (event: MessageEvent<string>) => {
        attempt = 0;
        signal = signalAfter(signal, name, event.data);
        tell(signal);
      });
    }
    opened.addEventListener("error", () => {
      // The browser's own way would come back at a fixed time, all viewers together.
      disconnect();
      again = setTimeout(connect, backoff(attempt++, Math.random(), LONGEST));
    });
  };
  document.addEventListener("visibilitychange", connect);
  connect();
  return {
    connected: () => source?.readyState === EventSource.OPEN,
    close() {
      document.removeEventListener("visibilitychange", connect);
      disconnect();
    },
  };
}
