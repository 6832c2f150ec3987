import assert from "node:assert/strict";
import { test } from "node:test";
import { run } from "./run.ts";
import {
  exportEvent,
  type FakeServer,
  fakeServer,
  type Route,
  runWith,
  testIo,
} from "./run-for-tests.ts";

const job = (state: string) => ({
  id: "exp_1",
  stream: "str_1",
  broadcast: "brd_1",
  from: "2026-03-01T19:50:00.000Z",
  to: "2026-03-01T20:00:00.000Z",
  state,
  attempt: 0,
  percent: 0,
  bytes: 0,
  secondsLeft: null,
  asset: null,
  error: null,
});

const ready = exportEvent("dvr_mp4_export_ready", {
  asset: "ast_1",
  location: "file:ast_1/source.mp4",
  bytes: 197_400_000,
  duration: 594.6,
  playback: { mp4: "http://x/vod/ast_1/source.mp4" },
});
const begun = exportEvent("dvr_mp4_export_start", { attempt: 1 });
const half = exportEvent("dvr_mp4_export_progress", {
  percent: 50,
  bytes: 98_700_000,
  secondsLeft: 1,
});
const ofAnother = exportEvent("dvr_mp4_export_failed", {
  export: "exp_2",
  code: "x",
  message: "x",
  fallbacks: [],
});

/** A server that tells `events` once an export was asked for. */
async function exporting(...events: readonly unknown[]): Promise<FakeServer> {
  const server: FakeServer = await fakeServer({
    "POST /exports": () => {
      setImmediate(() => server.tell(...events));
      return job("queued");
    },
    "POST /exports/exp_1/abort": () => {
      const by = { by: "platform", why: "Ctrl-C at the command line", percent: 0 };
      setImmediate(() => server.tell(exportEvent("dvr_mp4_export_aborted", by)));
      return job("aborted");
    },
  });
  return server;
}

const wait = ["export", "--broadcast", "brd_1", "--wait"];

test("the request is what the command line says", async () => {
  const bodies: unknown[] = [];
  const keep: Route = ({ body }) => {
    bodies.push(body);
    return job("queued");
  };
  await using server = await fakeServer({
    "POST /exports": keep,
    "GET /streams/story": () => ({ state: "live" }),
  });
  const { out } = await runWith(server, "export", "story", "--last", "10m");
  assert.equal(out, "exp_1 is queued; --wait waits for its end\n");
  await runWith(server, "export", "create", "--broadcast", "brd_1", "--gaps", "fail");
  const from = "2026-03-01T19:00:00+01:00";
  const named = ["--title", "A tale", "--metadata", "a=1", "--metadata", "b=x=y"];
  await runWith(server, "export", "create", "story", "--from", from, "--to", "-1m", ...named);
  const now = Date.parse("2026-03-01T20:00:00.000Z");
  assert.deepEqual(bodies, [
    { stream: "story", from: now - 600_000, to: now },
    { broadcast: "brd_1", gaps: "fail" },
    {
      stream: "story",
      from: Date.parse(from),
      to: now - 60_000,
      title: "A tale",
      metadata: { a: "1", b: "x=y" },
    },
  ]);
});

test("--last counts from the end of the recording, once nothing is on air", async () => {
  const bodies: unknown[] = [];
  await using server = await fakeServer({
    "POST /exports": ({ body }) => {
      bodies.push(body);
      return job("queued");
    },
    "GET /streams/story": () => ({ state: "offline" }),
    "GET /streams/story/archive": () => ({ newest: "2026-03-01T18:00:00.000Z" }),
  });
  await runWith(server, "export", "story", "--last", "90s");
  const to = Date.parse("2026-03-01T18:00:00.000Z");
  assert.deepEqual(bodies, [{ stream: "story", from: to - 90_000, to }]);
});

test("--wait stands in the event feed before it asks, and asks for nothing else", async () => {
  await using server = await exporting(begun, half, ofAnother, ready);
  assert.deepEqual(await runWith(server, ...wait), {
    status: 0,
    err: "",
    out: `Asset:  ast_1
Length: 9:55
Size:   188 MiB
File:   http://x/vod/ast_1/source.mp4
`,
  });
  assert.deepEqual(server.seen, ["GET /events/live", "POST /exports"]);
});

test("the qualities of several files are told", async () => {
  const file = { location: "file:x", bytes: 1, sha256: null, tracks: [] };
  const files = [
    { rendition: "source", ...file },
    { rendition: "720p", ...file },
  ];
  const { data } = Object(ready);
  await using server = await exporting(exportEvent("dvr_mp4_export_ready", { ...data, files }));
  const { out } = await runWith(server, ...wait);
  assert.match(out, /^File: +http:\/\/x\/vod\/ast_1\/source\.mp4\nQualities: source, 720p$/m);
});

test("--wait --json tells the data of the last event", async () => {
  await using server = await exporting(begun, ready);
  const { out } = await runWith(server, ...wait, "--json");
  assert.equal(JSON.parse(out).asset, "ast_1");
});

test("on a terminal the progress is drawn and taken away again", async () => {
  await using server = await exporting(begun, half, ready);
  const io = testIo({ OXBOW_URL: server.url, OXBOW_API_KEY: "k" }, {});
  assert.equal(await run(wait, io), 0);
  const { err } = io.told();
  assert.ok(err.includes("████████████░░░░░░░░░░░░ 50 %, 94 MiB, 0:01 left"), err);
  assert.ok(err.endsWith("\r\u001B[K"));
});

test("an export that failed is exit status 1, with why and what there is instead", async () => {
  const fallbacks = [{ kind: "dvr", url: "http://x/dvr/story/index.m3u8" }];
  const failed = { code: "range_changes_codec", message: "The size changes", fallbacks };
  await using server = await exporting(exportEvent("dvr_mp4_export_failed", failed));
  assert.deepEqual(await runWith(server, ...wait), {
    status: 1,
    out: "Instead (dvr): http://x/dvr/story/index.m3u8\n",
    err: "The export failed: The size changes (range_changes_codec)\n",
  });
});

test("an export that was aborted is exit status 4, with who and why", async () => {
  await using server = await exporting(
    exportEvent("dvr_mp4_export_aborted", { by: "ann", why: "Wrong range", percent: 7 }),
  );
  assert.deepEqual(await runWith(server, ...wait), {
    status: 4,
    out: "",
    err: "The export was aborted by ann: Wrong range\n",
  });
});

test("a connection that breaks while it waits loses nothing", async () => {
  const server: FakeServer = await fakeServer({
    "POST /exports": () => {
      setImmediate(() => {
        server.tell(begun);
        server.cut();
        server.tell(half, ready);
      });
      return job("queued");
    },
  });
  await using _ = server;
  assert.equal((await runWith(server, ...wait)).status, 0);
  assert.deepEqual(server.seen, ["GET /events/live", "POST /exports", "GET /events/live"]);
});

test("a refused export ends the waiting at once", async () => {
  await using server = await fakeServer({});
  const { status, err } = await runWith(server, ...wait);
  assert.deepEqual([status, err], [1, "No POST /exports (not_found)\n"]);
});

/** Presses Ctrl-C when the export is there, and tells what came of it. */
async function interrupted(user?: { answer: (signal?: AbortSignal) => Promise<boolean> }) {
  const asked = Promise.withResolvers<void>();
  const server: FakeServer = await exporting();
  await using _ = server;
  const env = { OXBOW_URL: server.url, OXBOW_API_KEY: "k" };
  const io = testIo(env, user);
  // The first thing that is drawn, or listened for, comes after the export was made.
  const listening = {
    ...io,
    onInterrupt: (listener: () => void) => {
      asked.resolve();
      return io.onInterrupt(listener);
    },
  };
  const ended = run(wait, listening);
  await asked.promise;
  io.interrupt();
  return { io, ended, status: await ended, seen: server.seen, err: io.told().err };
}

test("Ctrl-C asks, and a yes aborts the export", async () => {
  const { status, io, seen, err } = await interrupted({ answer: async () => true });
  assert.equal(status, 4);
  assert.deepEqual(io.questions, ["Abort the export exp_1 too?"]);
  assert.ok(seen.includes("POST /exports/exp_1/abort"));
  assert.ok(err.endsWith("The export was aborted by platform: Ctrl-C at the command line\n"));
});

test("Ctrl-C asks, and a no leaves the export to go on", async () => {
  const { status, seen, err } = await interrupted({ answer: async () => false });
  assert.equal(status, 130);
  assert.ok(!seen.includes("POST /exports/exp_1/abort"));
  assert.ok(err.includes("The export goes on: oxbow export show exp_1"));
});

test("Ctrl-C where nobody can be asked leaves at once", async () => {
  const { status, io } = await interrupted();
  assert.deepEqual([status, io.questions], [130, []]);
});

test("a second Ctrl-C, inside the question, leaves at once", async () => {
  const server = await exporting();
  await using _ = server;
  const io = testIo(
    { OXBOW_URL: server.url, OXBOW_API_KEY: "k" },
    {
      answer: (signal) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener("abort", () => reject(signal.reason));
          io.interrupt();
        }),
    },
  );
  const pressing = {
    ...io,
    onInterrupt: (listener: () => void) => {
      const off = io.onInterrupt(listener);
      setImmediate(() => io.interrupt());
      return off;
    },
  };
  assert.equal(await run(wait, pressing), 130);
});

test("show, abort and retry go to the export", async () => {
  await using server = await fakeServer({
    "GET /exports/exp_1": () => ({
      ...job("failed"),
      error: { code: "storage_full", message: "The disk is full", retryable: true },
    }),
    "POST /exports/exp_1/abort": () => job("aborted"),
    "POST /exports/exp_1/retry": () => ({ ...job("queued"), id: "exp_2" }),
  });
  const shown = await runWith(server, "export", "show", "exp_1");
  assert.match(shown.out, /^Error: +The disk is full \(storage_full\)$/m);
  assert.equal((await runWith(server, "export", "abort", "exp_1")).out, "exp_1 is aborted\n");
  assert.match((await runWith(server, "export", "retry", "exp_1")).out, /^exp_2 is queued/);
});
