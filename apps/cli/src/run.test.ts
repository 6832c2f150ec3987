import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { run } from "./run.ts";
import { fakeServer, refuse, runWith, testIo } from "./run-for-tests.ts";

const stream = {
  id: "str_1",
  name: "story",
  title: null,
  state: "offline",
  broadcast: null,
  publish: {
    rtmp: { server: "rtmp://x:1935/live", key: "secret", url: "rtmp://x:1935/live/secret" },
  },
  playback: { hls: "http://x/live/story/index.m3u8", embed: "http://x/embed/story" },
  record: true,
};

test("creating a stream tells where to publish and to watch", async () => {
  let body: unknown;
  await using server = await fakeServer({
    "POST /streams": (request) => {
      body = request.body;
      return stream;
    },
  });
  const argv = ["streams", "create", "story", "--title", "A tale", "--keep-days", "7"];
  assert.deepEqual(await runWith(server, ...argv), {
    status: 0,
    err: "",
    out: `Name:       story
Id:         str_1
State:      offline
Server:     rtmp://x:1935/live
Stream key: secret
Watch:      http://x/embed/story
HLS:        http://x/live/story/index.m3u8
Recorded:   yes
`,
  });
  assert.deepEqual(body, { name: "story", record: true, title: "A tale", retention: { days: 7 } });
});

test("a stream of low latency, for those with a token alone, is asked for", async () => {
  let body: unknown;
  await using server = await fakeServer({
    "POST /streams": (request) => {
      body = request.body;
      return stream;
    },
  });
  await runWith(server, "streams", "create", "talk", "--latency", "low", "--signed");
  const wish = { name: "talk", record: true, latency: "low", playback: { policy: "signed" } };
  assert.deepEqual(body, wish);
});

test("lists are tables for people and JSON for programs, over all pages", async () => {
  await using server = await fakeServer({
    "GET /streams": ({ url }) =>
      url.searchParams.get("cursor") === null
        ? { items: [stream], next: "2" }
        : { items: [{ ...stream, id: "str_2", name: "a", state: "live", title: "B" }], next: null },
  });
  assert.equal(
    (await runWith(server, "streams", "list")).out,
    "NAME   STATE    TITLE  ID\nstory  offline         str_1\na      live     B      str_2\n",
  );
  const { out } = await runWith(server, "streams", "list", "--json");
  assert.deepEqual(
    JSON.parse(out).map(({ id }: { id: string }) => id),
    ["str_1", "str_2"],
  );
});

test("a refusal is one line with its code, and exit status 1", async () => {
  await using server = await fakeServer({ "POST /streams": refuse(409, "stream_name_taken") });
  assert.deepEqual(await runWith(server, "streams", "create", "story"), {
    status: 1,
    out: "",
    err: "It is stream_name_taken (stream_name_taken)\n",
  });
});

test("a wrong key says where one is given", async () => {
  await using server = await fakeServer({ "GET /streams/story": refuse(401, "unauthorized") });
  const { err } = await runWith(server, "streams", "show", "story");
  assert.equal(err, "It is unauthorized (unauthorized); give --key or set OXBOW_API_KEY\n");
});

test("without a server the exit status is 3, and the line says how to start one", async () => {
  const server = await fakeServer({});
  await server[Symbol.asyncDispose]();
  const { status, err } = await runWith(server, "streams", "end", "story");
  assert.equal(status, 3);
  assert.match(err, /No answer from http.*oxbow serve starts it\n$/);
});

test("the key is found in the data folder, and its absence says what to do", async () => {
  await using server = await fakeServer({ "GET /streams/story": () => stream });
  const data = await mkdtemp(join(tmpdir(), "oxbow-cli-"));
  try {
    const io = testIo({ OXBOW_URL: server.url });
    const argv = ["streams", "show", "story", "--data", data];
    assert.equal(await run(argv, io), 2);
    assert.match(io.told().err, /^No API key: give --key, set OXBOW_API_KEY, or run where .*\n$/);
    await writeFile(join(data, "api-key"), "oxb_key\n");
    assert.equal(await run(argv, io), 0);
  } finally {
    await rm(data, { recursive: true });
  }
});

test("what is wrong with the command line is told, and exit status 2", async () => {
  await using server = await fakeServer({});
  const wrong = [
    ["strems"],
    ["streams"],
    ["streams", "create"],
    ["streams", "create", "a", "--keep-days", "week"],
    ["streams", "create", "a", "--latency", "none"],
    ["export", "--from", "now"],
    ["export", "story"],
    ["export", "story", "--from", "yesterday"],
    ["export", "story", "--last", "10"],
    ["export", "story", "--last", "10m", "--from", "now"],
    ["export", "story", "--broadcast", "brd_1"],
    ["export", "story", "--last", "10m", "--gaps", "mend"],
    ["export", "story", "--last", "10m", "--metadata", "x"],
    ["keys", "create", "a", "--scope", "god"],
    ["sinks", "replay", "snk_1"],
    ["sinks", "replay", "snk_1", "--after", "1", "--from", "now"],
    ["streams", "list", "--url", "ftp://x"],
    ["streams", "delete", "story"],
  ];
  for (const argv of wrong) {
    const { status, err } = await runWith(server, ...argv);
    assert.equal(status, 2, argv.join(" "));
    assert.ok(err.length > 0, argv.join(" "));
  }
  assert.deepEqual(server.seen, []);
});

test("each command has help with an example that it takes", async () => {
  for (const name of ["serve", "doctor", "streams", "export", "events", "sinks", "keys"]) {
    const io = testIo({});
    assert.equal(await run([name, "--help"], io), 0);
    assert.match(io.told().out, /Examples:\n {2}\$ .*oxbow /, name);
  }
});

test("deleting asks first, and does nothing without a yes", async () => {
  await using server = await fakeServer({ "DELETE /streams/story": () => undefined });
  const env = { OXBOW_URL: server.url, OXBOW_API_KEY: "k" };
  const no = testIo(env, { answer: async () => false });
  assert.equal(await run(["streams", "delete", "story"], no), 130);
  assert.deepEqual(no.questions, ['Delete the stream "story" and its archive for ever?']);
  assert.deepEqual(server.seen, []);
  const yes = testIo(env, { answer: async () => true });
  assert.equal(await run(["streams", "delete", "story"], yes), 0);
  assert.equal((await runWith(server, "streams", "delete", "story", "--yes")).status, 0);
  assert.deepEqual(server.seen, ["DELETE /streams/story", "DELETE /streams/story"]);
});

test("a sink that does not take the test message is exit status 1", async () => {
  await using server = await fakeServer({
    "POST /sinks/snk_1/test": () => ({
      delivered: false,
      status: 500,
      milliseconds: 12.4,
      answer: "oops",
      error: null,
      time: "2026-03-01T20:00:00.000Z",
    }),
  });
  assert.deepEqual(await runWith(server, "sinks", "test", "snk_1"), {
    status: 1,
    out: "status 500 after 12 ms\n",
    err: "The sink did not take the message\n",
  });
});

test("a made key is told alone, so that a script can take it", async () => {
  let body: unknown;
  await using server = await fakeServer({
    "POST /keys": (request) => {
      body = request.body;
      return { id: "key_1", key: "oxb_new" };
    },
  });
  const { out } = await runWith(server, "keys", "create", "platform", "--scope", "write");
  assert.equal(out, "oxb_new\n");
  assert.deepEqual(body, { name: "platform", scope: "write" });
});

test("a sink is made with filters, and replayed by time", async () => {
  const bodies: unknown[] = [];
  const keep = (answer: object) => (request: { body: unknown }) => {
    bodies.push(request.body);
    return answer;
  };
  await using server = await fakeServer({
    "POST /sinks": keep({ id: "snk_1", url: "http://x/", secret: "whsec_x" }),
    "POST /sinks/snk_1/replay": keep({ deliveries: 3 }),
  });
  const types = "asset_ready,asset_deleted";
  const made = await runWith(server, "sinks", "create", "http://x/", "--types", types);
  assert.equal(made.out, "Id:     snk_1\nURL:    http://x/\nSecret: whsec_x\n");
  const again = await runWith(server, "sinks", "replay", "snk_1", "--from", "-2h");
  assert.equal(again.out, "3 events are delivered again\n");
  const now = Date.parse("2026-03-01T20:00:00.000Z");
  assert.deepEqual(bodies, [
    { url: "http://x/", types: ["asset_ready", "asset_deleted"] },
    { from: now - 7_200_000, to: now },
  ]);
});
