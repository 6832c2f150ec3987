import assert from "node:assert/strict";
import { test } from "node:test";
import { type EventRecord, Fault } from "@oxbow/contract";
import { startApi } from "./api-for-tests.ts";
import type { FeedInput } from "./handlers.ts";

const event = (sequence: number): EventRecord => ({
  id: `evt_${sequence}`,
  type: "stream_deleted",
  sequence,
  time: "2026-03-01T20:00:00.000Z",
  data: {},
});

const feed = (events: () => AsyncIterable<EventRecord>, after = 6) => ({ after, events: events() });

/** Reads until `text` has come. */
async function readUntil(response: Response, text: string): Promise<string> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  assert.ok(reader);
  let got = "";
  while (!got.includes(text)) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`The feed ended without ${text}: ${got}`);
    got += value;
  }
  await reader.cancel();
  return got;
}

test("events are told as server-sent events with sequence, type and JSON", async () => {
  await using api = await startApi({
    handlers: {
      "events.live": async () =>
        feed(async function* () {
          yield event(7);
          yield event(8);
        }),
    },
  });
  const response = await api.call("/events/live");
  assert.equal(response.headers.get("content-type"), "text/event-stream; charset=utf-8");
  assert.equal(
    await response.text(),
    `retry: 1000\nid: 6\n\nid: 7\nevent: stream_deleted\ndata: ${JSON.stringify(event(7))}\n\n` +
      `id: 8\nevent: stream_deleted\ndata: ${JSON.stringify(event(8))}\n\n`,
  );
});

test("Last-Event-ID goes before after, and the filters come through", async () => {
  const seen: FeedInput["query"][] = [];
  await using api = await startApi({
    handlers: {
      "events.live": async ({ query }) => {
        seen.push(query);
        return feed(async function* () {});
      },
    },
  });
  await api.call("/events/live?after=3&types=asset_ready,asset_deleted&stream=story", {
    headers: { "last-event-id": "41" },
  });
  assert.deepEqual(seen[0], {
    after: 41,
    types: ["asset_ready", "asset_deleted"],
    stream: "story",
  });
  const bad = await api.call("/events/live", { headers: { "last-event-id": "evt_1" } });
  assert.equal(bad.status, 400);
});

test("a feed ends for its source when the reader goes, and for all when the API closes", async () => {
  const ended: string[] = [];
  const gone = Promise.withResolvers<void>();
  await using api = await startApi({
    handlers: {
      "events.live": async ({ query, signal }) =>
        feed(async function* () {
          yield event(1);
          await new Promise((resolve) => signal.addEventListener("abort", resolve));
          ended.push(query.stream ?? "");
          if (ended.length === 1) gone.resolve();
        }),
    },
  });
  const first = await api.call("/events/live?stream=first");
  const second = await api.call("/events/live?stream=second");
  await readUntil(first, "id: 1");
  await gone.promise;
  assert.deepEqual(ended, ["first"]);
  await api.api.close();
  await second.text();
  assert.deepEqual(ended, ["first", "second"]);
});

test("refusals before the first event are problems, and followers have a limit", async () => {
  const held = Promise.withResolvers<void>();
  await using api = await startApi({
    maxFeeds: 1,
    handlers: {
      "events.live": async ({ query }) => {
        if (query.stream === "none") throw new Fault("stream_unknown", 'No stream "none"');
        return feed(async function* () {
          await held.promise;
          yield event(1);
        });
      },
    },
  });
  assert.equal((await api.call("/events/live?stream=none")).status, 404);
  const first = await api.call("/events/live");
  assert.equal((await api.call("/events/live")).status, 503);
  held.resolve();
  assert.ok((await first.text()).includes("id: 1"));
});

test("a source that breaks ends the answer, so that the reader comes back", async () => {
  await using api = await startApi({
    handlers: {
      "events.live": async () =>
        feed(async function* () {
          yield event(1);
          throw new Error("the database is gone");
        }),
    },
  });
  const response = await api.call("/events/live");
  assert.ok((await response.text()).includes("id: 1"));
  assert.ok(api.log.some(({ msg }) => msg === "an event feed broke off"));
});

test("a reader that does not read holds the source back", async () => {
  let told = 0;
  const waiting = Promise.withResolvers<void>();
  await using api = await startApi({
    handlers: {
      "events.live": async ({ signal }) =>
        feed(async function* () {
          setImmediate(function watch(before = -1) {
            // The source was not asked again for many turns of the loop.
            if (told > 0 && told === before) waiting.resolve();
            else if (!signal.aborted) setTimeout(watch, 20, told);
          });
          while (!signal.aborted) {
            told++;
            yield { ...event(told), data: { text: "x".repeat(100_000) } };
          }
        }),
    },
  });
  const response = await api.call("/events/live");
  await waiting.promise;
  assert.ok(told < 1000, `${told} events of 100 kB were taken for a reader that reads none`);
  await response.body?.cancel();
});
