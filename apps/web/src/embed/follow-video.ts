import type { FromPage } from "@oxbow/site-contract";

/** The first wait after a connection broke, and the longest, in milliseconds. */
const FIRST = 1_000;
const LONGEST = 60_000;

/**
 * Calls `changed` when the site tells of a change of a video, and after each gap in which one may have been
 * missed, until the signal aborts.
 */
export function followVideo(video: string, changed: () => void, signal: AbortSignal): void {
  let tries = 0;
  const open = (): void => {
    if (signal.aborted) return;
    const url = new URL("/api/updates", location.href);
    const socket = new WebSocket(url.href.replace(/^http/, "ws"));
    const close = (): void => socket.close();
    signal.addEventListener("abort", close);
    socket.addEventListener("open", () => {
      const say: FromPage = { listen: [`video:${video}`] };
      socket.send(JSON.stringify(say));
      if (tries > 0) changed();
      tries = 0;
    });
    socket.addEventListener("message", ({ data }) => {
      const said: unknown = JSON.parse(String(data));
      if (typeof said === "object" && said !== null && "updates" in said) changed();
    });
    socket.addEventListener("close", () => {
      signal.removeEventListener("abort", close);
      const wait = Math.min(LONGEST, FIRST * 2 ** tries++);
      setTimeout(open, wait * (0.5 + Math.random() / 2));
    });
  };
  open();
}
