import assert from "node:assert/strict";
import { Event } from "@oxbow/contract";
import { z } from "zod";
import type { ApiClient } from "./api.ts";
import type { WebhookReceiver } from "./webhook-receiver.ts";

const PAGE = 1000;
/** More than any test makes. */
const MOST_PAGES = 20;

const Page = z.object({ items: z.array(Event), next: z.string().nullable() });

/** Every event that a server has told, in the order of its log. */
export async function wholeLog(api: ApiClient): Promise<Event[]> {
  const log: Event[] = [];
  for (let page = 0; page < MOST_PAGES; page++) {
    const { items } = await api.get(
      `/events?after=${log.at(-1)?.sequence ?? 0}&limit=${PAGE}`,
      Page,
    );
    log.push(...items);
    if (items.length < PAGE) return log;
  }
  throw new Error(`More than ${PAGE * MOST_PAGES} events`);
}

/** Waits until a receiver has the newest event of the log, and answers the log. */
export async function deliveredLog(api: ApiClient, hooks: WebhookReceiver): Promise<Event[]> {
  const log = await wholeLog(api);
  const last = log.at(-1);
  if (last !== undefined) await hooks.received(last.id);
  return log;
}

/**
 * Nothing is missing in the log or told there twice, and a receiver that was there from `first` on has
 * each event at least once, those of a stream in their order.
 */
export function assertSound(log: readonly Event[], hooks: WebhookReceiver, first: number): void {
  const sequences = log.map(({ sequence }) => sequence);
  assert.deepEqual(
    sequences,
    sequences.map((_, at) => at + 1),
    "the log has no hole",
  );
  assert.equal(new Set(log.map(({ id }) => id)).size, log.length, "no id is used twice");
  for (const [stream, events] of Map.groupBy(log, streamOf)) {
    if (stream === undefined) continue;
    const numbers = events.map(streamSequenceOf);
    assert.deepEqual(
      numbers,
      numbers.map((_, at) => at + 1),
      `the events of ${stream} have no hole`,
    );
  }
  const due = log.filter(({ sequence }) => sequence >= first);
  // More may have happened since the log was read: viewers come and go.
  const last = log.at(-1)?.sequence ?? 0;
  const delivered = hooks.events.filter(({ sequence }) => sequence <= last);
  for (const [stream, events] of Map.groupBy(due, streamOf)) {
    const told = delivered.filter((event) => streamOf(event) === stream).map(({ id }) => id);
    const ids = events.map(({ id }) => id);
    // What belongs to no stream has no order among itself.
    const inOrder = (list: string[]): string[] => (stream === undefined ? list.toSorted() : list);
    assert.deepEqual(inOrder(told), inOrder(ids), `deliveries of ${stream ?? "the server"}`);
  }
  assert.deepEqual(hooks.complaints, []);
}

function streamOf(event: Event): string | undefined {
  return "stream" in event ? event.stream?.id : undefined;
}

function streamSequenceOf(event: Event): number | undefined {
  return "streamSequence" in event ? event.streamSequence : undefined;
}
