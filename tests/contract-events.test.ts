import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Delivery, Event, pageOf, Sink, SinkTest, Stream } from "@oxbow/contract";
import { Webhook } from "standardwebhooks";
import { assertRefused, assertTimes, type Caller, callerOf } from "./caller.ts";
import { type EventLog, eventLogOf } from "./follow-log.ts";
import {
  eventsIn,
  type Hooked,
  type Script,
  type ScriptedHook,
  scriptedHook,
} from "./scripted-hook.ts";
import { type ServerProcess, startServer } from "./server-process.ts";

let server: ServerProcess;
let call: Caller;
let log: EventLog;
let hook: ScriptedHook;
before(async () => {
  server = await startServer();
  call = callerOf(server);
  log = eventLogOf(server);
  hook = await scriptedHook();
});
after(async () => {
  await log[Symbol.asyncDispose]();
  await hook[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

async function stream(name: string): Promise<Stream> {
  return Stream.parse((await call("POST /streams", { body: { name } })).body);
}
/** Makes an event of the stream. */
const touch = (name: string, title: string) => call(`PATCH /streams/${name}`, { body: { title } });
async function sinkAt(
  path: string,
  wish: object = {},
  script?: Script,
): Promise<Sink & { secret: string }> {
  const { body } = await call("POST /sinks", { body: { url: hook.url(path, script), ...wish } });
  const sink = Sink.parse(body);
  return { ...sink, secret: sink.secret ?? "" };
}
const verify = (secret: string, { body, headers }: Hooked) =>
  new Webhook(secret).verify(body, headers);
const deliveriesOf = async (sink: string): Promise<readonly Delivery[]> =>
  pageOf(Delivery).parse((await call(`GET /sinks/${sink}/deliveries?limit=200`)).body).items;
const eventsOf = async (query: string): Promise<readonly Event[]> =>
  pageOf(Event).parse((await call(`GET /events?${query}`)).body).items;
/** Waits until the log of a sink's deliveries is as it should be. */
async function settled(
  sink: string,
  fits: (all: readonly Delivery[]) => boolean,
): Promise<readonly Delivery[]> {
  for (let turn = 0; turn < 200; turn += 1) {
    const all = await deliveriesOf(sink);
    if (fits(all)) return all;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`Deliveries of ${sink} stay ${JSON.stringify(await deliveriesOf(sink))}`);
}

test("the log is read by after, types, stream and limit, in the order of sequence", async () => {
  const made = await stream("logged");
  for (const title of ["1", "2", "3"]) await touch("logged", title);
  const whole = await call("GET /events?limit=1000");
  assertTimes(whole);
  const { items, next } = pageOf(Event).parse(whole.body);
  assert.equal(next, null);
  assert.deepEqual(
    items.map(({ sequence }) => sequence),
    items.map((_, at) => at + 1),
  );
  for (const event of items) {
    assert.match(event.id, /^evt_[0-9a-z]{26}$/);
    assert.deepEqual(
      Object.keys(event).filter(
        (field) =>
          ![
            "id",
            "type",
            "sequence",
            "time",
            "stream",
            "streamSequence",
            "broadcast",
            "data",
          ].includes(field),
      ),
      [],
    );
    assert.equal(event.stream === undefined, event.streamSequence === undefined);
  }
  assert.deepEqual(
    items.map(({ id }) => id),
    items.map(({ id }) => id).toSorted(),
    "ids are ordered by time",
  );
  const mine = items.filter((event) => event.stream?.id === made.id);
  assert.deepEqual(
    mine.map(({ stream: of, streamSequence }) => [of?.name, streamSequence]),
    [1, 2, 3, 4].map((at) => ["logged", at]),
  );
  assert.deepEqual(await eventsOf("stream=logged"), mine);
  assert.deepEqual(
    await eventsOf("stream=logged&types=stream_updated,stream_deleted"),
    mine.slice(1),
  );
  assert.deepEqual(await eventsOf(`after=${mine[1]?.sequence}&stream=logged`), mine.slice(2));
  const first = pageOf(Event).parse((await call("GET /events?stream=logged&limit=3")).body);
  assert.deepEqual(first.items, mine.slice(0, 3));
  assert.deepEqual(await eventsOf(`stream=logged&after=${first.next}`), mine.slice(3));
  assert.deepEqual(await eventsOf("after=999999"), []);
  for (const [query, field] of [
    ["after=-1", "after"],
    ["after=x", "after"],
    ["limit=1001", "limit"],
    ["limit=0", "limit"],
    ["types=none", "types.0"],
    ["order=up", "order"],
  ]) {
    assertRefused(await call(`GET /events?${query}`), "invalid_request", field);
  }
});

/** The frames of the event stream until there are `count` events. */
async function feed(
  query: string,
  count: number,
  headers: Record<string, string> = {},
): Promise<string[]> {
  const stop = new AbortController();
  const answer = await fetch(`${server.http}/api/v1/events/live${query}`, {
    headers: { authorization: `Bearer ${server.key}`, ...headers },
    signal: AbortSignal.any([stop.signal, AbortSignal.timeout(20_000)]),
  });
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("content-type"), "text/event-stream; charset=utf-8");
  assert.equal(answer.headers.get("cache-control"), "no-store");
  let text = "";
  const frames = (): string[] => text.split("\n\n").slice(0, -1);
  for await (const bytes of answer.body ?? []) {
    text += Buffer.from(bytes).toString();
    if (frames().length > count) break;
  }
  stop.abort();
  return frames();
}

test("the live feed sends what /events tells, and goes on after Last-Event-ID", async () => {
  await stream("fed");
  for (const title of ["1", "2", "3", "4"]) await touch("fed", title);
  const mine = await eventsOf("stream=fed");
  const [begin, ...frames] = await feed("?after=0&stream=fed", 5);
  assert.equal(begin, "retry: 1000\nid: 0");
  const told = frames.map((frame) => frame.split("\n"));
  assert.deepEqual(
    told.map(([id, event, data = ""]) => [id, event, JSON.parse(data.replace("data: ", ""))]),
    mine.map((event) => [`id: ${event.sequence}`, `event: ${event.type}`, event]),
  );
  // The header wins: it is what a browser sends when it is back.
  const again = await feed("?after=0&stream=fed", 2, {
    "last-event-id": String(mine[2]?.sequence),
  });
  assert.deepEqual(again.slice(1), frames.slice(3));
  const updates = await feed("?after=0&stream=fed&types=stream_updated", 4);
  assert.deepEqual(updates.slice(1), frames.slice(1));
  for (const id of ["x", "-1", "1.5"]) {
    const answer = await call("GET /events/live", { headers: { "last-event-id": id } });
    assertRefused(answer, "invalid_request", "Last-Event-ID");
  }
  // Without either it begins with what comes next.
  const next = feed("?stream=fed", 1);
  await touch("fed", "5");
  const [sequence] = (await next)
    .slice(1)
    .map((frame) => JSON.parse(frame.split("data: ")[1] ?? "").sequence);
  assert.ok(sequence > (mine.at(-1)?.sequence ?? 0));
});

describe("sinks", { concurrency: 8 }, () => {
  test("a delivery is one event, signed as Standard Webhooks say, and told in the log", async () => {
    const { id } = await stream("signed");
    const sink = await sinkAt("/signed", { streams: ["signed"] });
    await touch("signed", "x");
    const [post] = await hook.at("/signed", 1);
    assert.ok(post);
    const [event] = eventsIn(post);
    assert.deepEqual(verify(sink.secret, post), event);
    assert.equal(post.headers["webhook-id"], event?.id);
    assert.equal(post.headers["content-type"], "application/json");
    assert.match(post.headers["webhook-timestamp"] ?? "", /^\d{10}$/);
    assert.match(post.headers["webhook-signature"] ?? "", /^v1,[A-Za-z0-9+/]{43}=$/);
    assert.throws(() => new Webhook(sink.secret).verify(`${post.body} `, { ...post.headers }));
    assert.deepEqual([event], (await eventsOf(`stream=${id}`)).slice(1));
    const [delivery] = await settled(sink.id, (all) => all[0]?.state === "delivered");
    assert.match(delivery?.id ?? "", /^dlv_/);
    assert.deepEqual(delivery?.event, {
      id: event?.id,
      type: event?.type,
      sequence: event?.sequence,
    });
    assert.deepEqual([delivery?.attempts, delivery?.log.map(({ status }) => status)], [1, [204]]);
    assertTimes({ body: delivery });
  });

  test("a sink gets the types and the streams that it asks for, and those after its creation", async () => {
    for (const name of ["wanted", "unwanted"]) await stream(name);
    await touch("wanted", "before");
    const sink = await sinkAt("/filtered", {
      streams: ["wanted"],
      types: ["stream_updated", "stream_deleted"],
    });
    await touch("unwanted", "1");
    await touch("wanted", "2");
    await call("POST /streams/wanted/key");
    await call("DELETE /streams/wanted");
    const posts = await hook.at("/filtered", 3);
    assert.deepEqual(
      posts.flatMap(eventsIn).map(({ type, data }) => [type, Object(data)["changed"]?.[0]]),
      [
        ["stream_updated", "title"],
        ["stream_updated", "key"],
        ["stream_deleted", undefined],
      ],
    );
    await stream("later");
    await call(`PATCH /sinks/${sink.id}`, { body: { types: [], streams: ["later"] } });
    await touch("later", "3");
    assert.equal((await hook.at("/filtered", 4)).flatMap(eventsIn).at(-1)?.stream?.name, "later");
  });

  test("what fails is sent again, in the order of its stream, and holds up neither another stream nor another sink", async () => {
    for (const name of ["lame", "sound"]) await stream(name);
    const sink = await sinkAt("/lame", { streams: ["lame", "sound"] }, (nth) => ({
      status: nth < 2 ? 500 : 204,
    }));
    await sinkAt("/well", { streams: ["lame"] });
    await touch("lame", "1");
    await hook.at("/lame", 1);
    for (const title of ["2", "3"]) await touch("lame", title);
    assert.equal((await hook.at("/well", 3)).length, 3);
    const posts = await hook.at("/lame", 5);
    const taken = posts.filter(({ status }) => status === 204).flatMap(eventsIn);
    assert.deepEqual(
      taken.map(({ sequence }) => sequence),
      (await eventsOf("stream=lame")).slice(1).map(({ sequence }) => sequence),
    );
    const ids = posts.slice(0, 3).map(({ headers }) => headers["webhook-id"]);
    assert.equal(new Set(ids).size, 1, "the same id each time");
    const all = await settled(sink.id, (list) => list.every(({ state }) => state === "delivered"));
    assert.deepEqual(
      all.map(({ attempts }) => attempts),
      [1, 1, 3],
    );
    assert.deepEqual(
      all[2]?.log.map(({ status }) => status),
      [500, 500, 204],
    );
  });

  test("a redirect is not followed, and counts as a failure", async () => {
    await stream("led");
    const elsewhere = hook.url("/elsewhere");
    const sink = await sinkAt("/redirect", { streams: ["led"] }, (nth) =>
      nth === 0 ? { status: 307, headers: { location: elsewhere } } : { status: 200 },
    );
    await touch("led", "1");
    await hook.at("/redirect", 2);
    assert.deepEqual(
      hook.posts.filter(({ path }) => path === "/elsewhere"),
      [],
    );
    const [delivery] = await settled(sink.id, ([first]) => first?.state === "delivered");
    assert.deepEqual(
      delivery?.log.map(({ status }) => status),
      [307, 200],
    );
  });

  test("Retry-After is waited for", async () => {
    await stream("patient");
    await sinkAt("/patient", { streams: ["patient"] }, (nth) =>
      nth === 0 ? { status: 429, headers: { "retry-after": "2" } } : { status: 200 },
    );
    await touch("patient", "1");
    const [first, second] = await hook.at("/patient", 2);
    assert.ok((second?.at ?? 0) - (first?.at ?? 0) >= 1990);
  });

  test("410 disables the sink, which is told; what waited goes on when it is enabled", async () => {
    await stream("going");
    const sink = await sinkAt("/gone", { streams: ["going"] }, (nth) => ({
      status: nth === 0 ? 410 : 200,
    }));
    await touch("going", "1");
    const { data } = await log.find("sink_disabled", (event) => event.data.sink === sink.id);
    assert.deepEqual([data.reason, data.lastAnswer?.status], ["gone", 410]);
    const told = Sink.parse((await call(`GET /sinks/${sink.id}`)).body);
    assert.deepEqual([told.enabled, told.disabledReason], [false, "gone"]);
    const [dead] = await settled(sink.id, ([first]) => first?.state === "dead");
    await touch("going", "2");
    const enabled = Sink.parse(
      (await call(`PATCH /sinks/${sink.id}`, { body: { enabled: true } })).body,
    );
    assert.deepEqual([enabled.enabled, enabled.disabledReason], [true, null]);
    await touch("going", "3");
    const again = await call(`POST /deliveries/${dead?.id}/redeliver`);
    assert.equal(again.status, 202);
    const all = await settled(
      sink.id,
      (list) => list.length >= 2 && list.every(({ state }) => state === "delivered"),
    );
    assert.ok(all.some(({ id }) => id === dead?.id));
  });

  test("while a secret rotates, deliveries carry signatures of both", async () => {
    await stream("turned");
    const sink = await sinkAt("/turned", { streams: ["turned"] });
    const { secret = "" } = Sink.parse((await call(`POST /sinks/${sink.id}/rotate`)).body);
    assert.notEqual(secret, sink.secret);
    await touch("turned", "1");
    const [post] = await hook.at("/turned", 1);
    assert.ok(post);
    assert.equal(post.headers["webhook-signature"]?.split(" ").length, 2);
    for (const one of [secret, sink.secret]) assert.deepEqual([verify(one, post)], eventsIn(post));
  });

  test("a test message is signed, in no log, and its answer is told", async () => {
    const sink = await sinkAt("/tested", { types: ["asset_deleted"] }, (nth) => ({
      status: nth === 0 ? 200 : 503,
    }));
    const good = await call(`POST /sinks/${sink.id}/test`);
    assert.deepEqual([good.status, SinkTest.parse(good.body).delivered], [200, true]);
    const bad = SinkTest.parse((await call(`POST /sinks/${sink.id}/test`)).body);
    assert.deepEqual([bad.delivered, bad.status], [false, 503]);
    const [post] = await hook.at("/tested", 1);
    assert.ok(post);
    verify(sink.secret, post);
    assert.deepEqual(await deliveriesOf(sink.id), []);
    assert.ok(!(await call("GET /events?limit=1000")).text.includes("sink_test"));
  });

  test("a part of the log is delivered again, by sequence and by time", async () => {
    await stream("played");
    for (const title of ["1", "2", "3"]) await touch("played", title);
    const events = await eventsOf("stream=played");
    const sink = await sinkAt("/played", { streams: ["played"] });
    const replay = (body: object) => call(`POST /sinks/${sink.id}/replay`, { body });
    assert.deepEqual((await replay({ after: events[1]?.sequence })).body, { deliveries: 2 });
    const posts = await hook.at("/played", 2);
    assert.deepEqual(posts.flatMap(eventsIn), events.slice(2));
    await settled(sink.id, (all) => all.every(({ state }) => state === "delivered"));
    const to = new Date(Date.parse(events[3]?.time ?? "") + 1).toISOString();
    const timed = await replay({ from: events[0]?.time, to });
    assert.deepEqual([timed.status, timed.body], [202, { deliveries: 4 }]);
    assert.deepEqual((await hook.at("/played", 6)).slice(2).flatMap(eventsIn), events);
    assertRefused(await replay({ from: 5, to: 5 }), "range_invalid", "to");
    assertRefused(await replay({}), "invalid_request", "after");
  });

  test("a delivery is made once more under the same id", async () => {
    await stream("twice");
    const sink = await sinkAt("/twice", { streams: ["twice"] });
    await touch("twice", "1");
    const [delivery] = await settled(sink.id, ([first]) => first?.state === "delivered");
    assert.equal((await call(`POST /deliveries/${delivery?.id}/redeliver`)).status, 202);
    const posts = await hook.at("/twice", 2);
    assert.deepEqual(posts[0]?.body, posts[1]?.body);
    assert.equal(posts[0]?.headers["webhook-id"], posts[1]?.headers["webhook-id"]);
    assertRefused(await call("POST /deliveries/dlv_none/redeliver"), "delivery_unknown");
  });

  test("a sink that asks for batches gets arrays, in order and none longer", async () => {
    await stream("batched");
    // The first is held back, so that the others pile up.
    const sink = await sinkAt("/batched", { streams: ["batched"], batch: 3 }, (nth) => ({
      status: nth === 0 ? 500 : 200,
    }));
    for (let title = 0; title < 7; title += 1) await touch("batched", String(title));
    await settled(
      sink.id,
      (all) => all.length === 7 && all.every(({ state }) => state === "delivered"),
    );
    const taken = hook.posts.filter(({ path, status }) => path === "/batched" && status === 200);
    for (const post of taken) {
      assert.deepEqual(verify(sink.secret, post), JSON.parse(post.body));
      assert.ok(Array.isArray(JSON.parse(post.body)) && eventsIn(post).length <= 3);
    }
    assert.ok(taken.some((post) => eventsIn(post).length === 3));
    assert.deepEqual(taken.flatMap(eventsIn), (await eventsOf("stream=batched")).slice(1));
  });

  test("a sink that is deleted gets nothing more", async () => {
    await stream("cut");
    const sink = await sinkAt("/cut", { streams: ["cut"] }, () => ({ status: 500 }));
    await touch("cut", "1");
    await hook.at("/cut", 1);
    assert.equal((await call(`DELETE /sinks/${sink.id}`)).status, 204);
    const { length } = hook.posts.filter(({ path }) => path === "/cut");
    await sinkAt("/after", { streams: ["cut"] });
    await touch("cut", "2");
    await hook.at("/after", 1);
    assert.ok(hook.posts.filter(({ path }) => path === "/cut").length <= length + 1);
    assertRefused(await call(`GET /sinks/${sink.id}/deliveries`), "sink_unknown");
  });
});
