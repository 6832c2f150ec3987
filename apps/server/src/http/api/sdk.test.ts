import assert from "node:assert/strict";
import { test } from "node:test";
import { type EventRecord, routes } from "@oxbow/contract";
import { createClient } from "@oxbow/sdk";
import { keys, startApi } from "./api-for-tests.ts";
import type { FeedInput, HandlerInput } from "./handlers.ts";

const example = routes["exports.create"].example.response;

test("the SDK creates once, though the first answer was lost", async () => {
  const seen: HandlerInput<"exports.create">["body"][] = [];
  await using api = await startApi({
    handlers: {
      "exports.create": async ({ body }) => {
        seen.push(body);
        return example;
      },
    },
  });
  let calls = 0;
  const client = createClient({
    url: api.url,
    key: keys.writer,
    wait: async () => {},
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      calls++;
      if (calls > 1) return response;
      await response.body?.cancel();
      throw new TypeError("fetch failed");
    },
  });
  const made = await client.exports.create({
    stream: "story",
    from: "2026-03-01T20:05:00Z",
    to: 5,
  });
  assert.deepEqual(made, example);
  assert.equal(calls, 2);
  assert.deepEqual(
    seen.map((body) => ("stream" in body ? [body.stream, body.from, body.to, body.mode] : body)),
    [["story", 1_772_395_500_000, 5, "copy"]],
  );
});

test("a refusal of the API is an OxbowError of the SDK", async () => {
  await using api = await startApi();
  const reader = createClient({ url: api.url, key: keys.reader });
  await assert.rejects(reader.streams.create({ name: "story" }), {
    name: "OxbowError",
    code: "forbidden",
    status: 403,
    message: 'The API key "reader" has the scope read; this needs write',
  });
  const writer = createClient({ url: api.url, key: keys.writer });
  await assert.rejects(writer.streams.create({ name: "No" }), {
    code: "invalid_request",
    field: "name",
  });
});

test("pages of the API are one list of the SDK", async () => {
  const items = Array.from({ length: 5 }, (_, at) => ({ ...example, id: `exp_${at}` }));
  await using api = await startApi({
    handlers: {
      "exports.list": async ({ query }) => {
        const from = Number(query.cursor ?? 0);
        const to = from + query.limit;
        return { items: items.slice(from, to), next: to < items.length ? String(to) : null };
      },
    },
  });
  const client = createClient({ url: api.url, key: keys.reader });
  const ids: string[] = [];
  for await (const { id } of client.exports.list({ limit: 2 })) ids.push(id);
  assert.deepEqual(ids, ["exp_0", "exp_1", "exp_2", "exp_3", "exp_4"]);
});

test("the SDK follows the API's feed over servers that stop and start, without loss", async () => {
  const log = Array.from({ length: 30 }, (_, at): EventRecord => {
    const sequence = at + 1;
    const time = "2026-03-01T20:00:00.000Z";
    return { id: `evt_${sequence}`, type: "asset_deleted", sequence, time, data: { asset: "ast" } };
  });
  const begun: number[] = [];
  await using api = await startApi({
    handlers: {
      "events.live": async ({ query }: FeedInput) => {
        const after = query.after ?? 10;
        begun.push(after);
        // The connection breaks after every seventh event.
        const events = log.slice(after, after + 7);
        return {
          after,
          events: (async function* () {
            yield* events;
          })(),
        };
      },
    },
  });
  const client = createClient({ url: api.url, key: keys.reader, wait: async () => {} });
  const sequences: number[] = [];
  for await (const { sequence } of client.events.follow()) {
    sequences.push(sequence);
    if (sequence === log.length) break;
  }
  assert.deepEqual(
    sequences,
    log.slice(10).map(({ sequence }) => sequence),
  );
  assert.deepEqual(begun, [10, 17, 24]);
});
