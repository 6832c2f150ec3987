import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { test } from "node:test";
import type { Event } from "@oxbow/contract";
import { type Answer, broken, problem, type Seen, serve } from "./server-for-tests.ts";

const event = (sequence: number) => ({
  id: `evt_${sequence}`,
  type: "asset_deleted",
  sequence,
  time: "2026-03-01T20:00:00.000Z",
  data: { asset: "ast_1" },
});

const frame = (sequence: number): string =>
  `id: ${sequence}\nevent: asset_deleted\ndata: ${JSON.stringify(event(sequence))}\n\n`;

/** A log of ten events behind a connection that is cut after so many bytes. */
const logCutAfter =
  (bytes: number): Answer =>
  (response, { url = "" }) => {
    const after = Number(new URL(url, "http://x").searchParams.get("after") ?? 0);
    const frames = Array.from({ length: 10 }, (_, at) => at + 1)
      .filter((sequence) => sequence > after)
      .map(frame);
    const text = `retry: 1000\nid: ${after}\n\n${frames.join("")}`;
    begin(response).write(Buffer.from(text).subarray(0, bytes), () => response.destroy());
  };

function begin(response: ServerResponse): ServerResponse {
  return response.writeHead(200, { "content-type": "text/event-stream" });
}

async function take(events: AsyncIterable<Event>, count: number): Promise<number[]> {
  const sequences: number[] = [];
  for await (const { sequence } of events) {
    sequences.push(sequence);
    if (sequences.length === count) break;
  }
  return sequences;
}

const paths = (seen: readonly Seen[]) => seen.map(({ url }) => url);

test("a connection that is cut anywhere loses no event and tells none twice", async () => {
  const whole = `retry: 1000\nid: 0\n\n${frame(1)}${frame(2)}`.length;
  for (let bytes = 1; bytes <= whole; bytes += 13) {
    await using server = await serve([logCutAfter(bytes), logCutAfter(400), logCutAfter(100_000)]);
    const events = server.client.events.follow({ after: 0 });
    assert.deepEqual(await take(events, 10), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], `cut after ${bytes}`);
  }
});

test("it goes on from where the feed began when it breaks before the first event", async () => {
  await using server = await serve([
    (response) => begin(response).end("retry: 1000\nid: 41\n\n"),
    (response) => begin(response).end(frame(42)),
  ]);
  const opened: number[] = [];
  const events = server.client.events.follow({}, { opened: (after) => opened.push(after) });
  assert.deepEqual(await take(events, 1), [42]);
  assert.deepEqual(opened, [41]);
  assert.deepEqual(paths(server.seen), ["/api/v1/events/live", "/api/v1/events/live?after=41"]);
});

test("filters go along, and what was told before is not told again", async () => {
  await using server = await serve([
    (response) => begin(response).end(frame(3) + frame(4) + frame(4) + frame(2)),
    (response) => begin(response).end(frame(4) + frame(5)),
  ]);
  const filter = { after: 3, types: ["asset_deleted", "asset_ready"], stream: "story" } as const;
  assert.deepEqual(await take(server.client.events.follow(filter), 2), [4, 5]);
  assert.equal(
    server.seen[1]?.url,
    "/api/v1/events/live?after=4&types=asset_deleted%2Casset_ready&stream=story",
  );
});

test("breaks and servers that are not able are told and waited out, longer each time", async () => {
  await using server = await serve([
    broken,
    problem(503, "limit_reached"),
    problem(429, "rate_limited"),
    (response) => begin(response).end("data: no JSON\n\n"),
    (response) => begin(response).end(frame(1)),
  ]);
  const told: unknown[] = [];
  const events = server.client.events.follow({}, { interrupted: (error) => told.push(error) });
  assert.deepEqual(await take(events, 1), [1]);
  assert.equal(told.length, 4);
  assert.ok(server.waits.every((ms, at) => ms <= 250 * 2 ** at));
});

test("a refusal ends it with the refusal", async () => {
  await using server = await serve([problem(401, "unauthorized")]);
  await assert.rejects(take(server.client.events.follow(), 1), { code: "unauthorized" });
  assert.equal(server.seen.length, 1);
});

test("a signal ends it quietly, while it waits for events and while it waits to come back", async () => {
  const stop = new AbortController();
  await using server = await serve([(response) => begin(response).write(frame(1))]);
  const told: number[] = [];
  for await (const { sequence } of server.client.events.follow({}, { signal: stop.signal })) {
    told.push(sequence);
    stop.abort();
  }
  assert.deepEqual(told, [1]);

  const later = new AbortController();
  await using down = await serve([broken]);
  const events = down.client.events.follow(
    {},
    { signal: later.signal, interrupted: () => later.abort() },
  );
  assert.deepEqual(await take(events, 1), []);
});

test("leaving the loop closes the connection", async () => {
  const closed = Promise.withResolvers<void>();
  await using server = await serve([
    (response) => {
      response.once("close", () => closed.resolve());
      begin(response).write(frame(1));
    },
  ]);
  await take(server.client.events.follow(), 1);
  await closed.promise;
});
