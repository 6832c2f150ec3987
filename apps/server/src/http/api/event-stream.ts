import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { EventRecord } from "@oxbow/contract";
import type { Feed } from "./handlers.ts";

/** Proxies and phones drop connections that are silent for a minute or less. */
const KEEP_ALIVE_MS = 15_000;

/** How soon a reader whose connection broke should be back. */
const RETRY_MS = 1000;

/** The head of a server-sent event stream: never cached, never held back by a proxy. */
export function beginEventStream(response: ServerResponse): void {
  response.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
  });
}

/**
 * Sends events until the source ends or the reader is gone. The source is asked for an event only
 * when the ones before have left, so a slow reader holds up nobody and costs no memory.
 */
export async function sendEvents(
  response: ServerResponse,
  { after, events }: Feed,
  signal: AbortSignal,
): Promise<void> {
  // An id without data is no event; it says where to go on from.
  response.write(`retry: ${RETRY_MS}\nid: ${after}\n\n`);
  const keepAlive = setInterval(() => {
    if (!response.writableNeedDrain) response.write(": still here\n\n");
  }, KEEP_ALIVE_MS);
  keepAlive.unref();
  try {
    for await (const event of events) {
      if (signal.aborted) break;
      if (!response.write(frame(event))) await once(response, "drain", { signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    clearInterval(keepAlive);
    response.end();
  }
}

/** One event on the wire. JSON has no line breaks, so `data` is one line. */
function frame(event: EventRecord): string {
  return `id: ${event.sequence}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
