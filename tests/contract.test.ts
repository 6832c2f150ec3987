import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Broadcast, Stream } from "@oxbow/contract";
import { makeClip } from "../fixtures/clip.ts";
import { callerOf } from "./caller.ts";
import { eventLogOf } from "./follow-log.ts";
import { publish } from "./publisher.ts";
import { type ServerProcess, startServer } from "./server-process.ts";

const MAIN = fileURLToPath(new URL("../apps/server/src/main.ts", import.meta.url));

let folder = "";
let server: ServerProcess;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-process-"));
  server = await startServer();
});
after(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** A server with these settings alone, and what it says until it ends or is ready. */
async function run(settings: Record<string, string>, cwd = folder) {
  const child: ChildProcess = spawn(process.execPath, [MAIN], {
    cwd,
    env: { PATH: process.env["PATH"], OXBOW_HOST: "127.0.0.1", ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  const ready = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        said += text;
        if (said.includes('"ready"')) resolve();
      });
    }
  });
  const ended = once(child, "close");
  await Promise.race([ready, ended]);
  return {
    child,
    said: (): string => said,
    code: async (signal?: NodeJS.Signals): Promise<unknown> => {
      if (signal !== undefined) child.kill(signal);
      return (await ended)[0];
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

const free = { OXBOW_HTTP_PORT: "0", OXBOW_RTMP_PORT: "0" };

test("a server that is up says so in one line of JSON, with the ports that it found", async () => {
  const data = join(folder, "first");
  await using one = await run({ ...free, OXBOW_DATA: data });
  const lines = one
    .said()
    .trim()
    .split("\n")
    .map((line) => Object(JSON.parse(line)));
  const ready = lines.filter(({ msg }) => msg === "ready");
  assert.equal(ready.length, 1);
  const { role, http, rtmp } = ready[0];
  assert.equal(role, "server");
  assert.match(http, /^http:\/\/127\.0\.0\.1:[1-9]\d+$/);
  assert.match(rtmp, /^rtmp:\/\/127\.0\.0\.1:[1-9]\d+\/live$/);
  const file = join(data, "api-key");
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  const key = (await readFile(file, "utf8")).trim();
  assert.equal((await callerOf({ http, key })("GET /keys")).status, 200);
  assert.ok(!one.said().includes(key), "the log does not tell the key");
  assert.equal(await one.code("SIGINT"), 0);
});

test("a key of the settings is an admin's, and the one before it goes on", async () => {
  const data = join(folder, "first");
  await using again = await run({ ...free, OXBOW_DATA: data, OXBOW_API_KEY: "a-key-that-was-set" });
  const http = /"http":"([^"]+)"/.exec(again.said())?.[1] ?? "";
  const spaced = callerOf({ http, key: "a-key-that-was-set" });
  const kept = callerOf({ http, key: (await readFile(join(data, "api-key"), "utf8")).trim() });
  assert.deepEqual(
    [(await spaced("GET /keys")).status, (await kept("GET /keys")).status],
    [200, 200],
  );
  assert.equal(await again.code("SIGTERM"), 0);
});

test("a port that is taken is told with its setting, and the exit code is not 0", async () => {
  const ports = {
    OXBOW_HTTP_PORT: new URL(server.http).port,
    OXBOW_RTMP_PORT: new URL(server.rtmp).port,
  };
  for (const [setting, port] of Object.entries(ports)) {
    await using late = await run({ ...free, OXBOW_DATA: join(folder, "late"), [setting]: port });
    assert.equal(await late.code(), 1);
    assert.match(late.said(), new RegExp(`Cannot listen on 127.0.0.1:${port}: .*${setting}`));
  }
});

test("a data folder that another server uses is left alone", async () => {
  await using second = await run({ ...free, OXBOW_DATA: server.data });
  assert.equal(await second.code(), 1);
  assert.match(second.said(), /another server uses this data folder.*OXBOW_DATA/);
  assert.equal((await callerOf(server)("GET /streams")).status, 200);
});

test("wrong settings are told all at once, each by its name, before anything is made", async () => {
  const data = join(folder, "never");
  await writeFile(join(folder, "oxbow.json"), JSON.stringify({ logLevel: "loud", colour: 1 }));
  await using wrong = await run({
    OXBOW_DATA: data,
    OXBOW_HTTP_PORT: "70000",
    OXBOW_RTMP_PORT: "one",
    OXBOW_PUBLIC_URL: "media.test",
    OXBOW_API_KEY: "with spaces in the middle",
    OXBOW_STORAGE: "ftp://a",
    OXBOW_DATABASE_URL: "mysql://a",
  });
  await rm(join(folder, "oxbow.json"));
  assert.equal(await wrong.code(), 78);
  for (const name of [
    "HTTP_PORT",
    "RTMP_PORT",
    "PUBLIC_URL",
    "API_KEY",
    "STORAGE",
    "DATABASE_URL",
  ]) {
    assert.match(wrong.said(), new RegExp(`OXBOW_${name}`));
  }
  assert.match(wrong.said(), /logLevel/);
  assert.match(wrong.said(), /colour/);
  assert.ok(!wrong.said().includes("    at "), "no stack traces");
  await assert.rejects(stat(data));
});

test("URLs that are handed out begin with the public URL", async () => {
  await using one = await run({
    ...free,
    OXBOW_DATA: join(folder, "public"),
    OXBOW_PUBLIC_URL: "https://media.test/base/",
    OXBOW_API_KEY: "sixteen-letters-x",
  });
  const call = callerOf({
    http: /"http":"([^"]+)"/.exec(one.said())?.[1] ?? "",
    key: "sixteen-letters-x",
  });
  const {
    playback,
    publish: { rtmp },
  } = Stream.parse((await call("POST /streams", { body: { name: "a" } })).body);
  assert.equal(playback.hls, "https://media.test/base/live/a/index.m3u8");
  assert.match(rtmp.server, /^rtmp:\/\/media\.test:\d+\/live$/);
  assert.equal(await one.code("SIGTERM"), 0);
});

test("a second signal ends a server at once that still waits for somebody", async () => {
  await using one = await run({ ...free, OXBOW_DATA: join(folder, "stuck") });
  const { port } = new URL(/"http":"([^"]+)"/.exec(one.said())?.[1] ?? "");
  const slow = connect(Number(port), "127.0.0.1");
  slow.on("error", () => undefined);
  slow.write("POST /api/v1/streams HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n");
  await once(slow, "connect");
  one.child.kill("SIGTERM");
  while (!one.said().includes("stopping")) await once(one.child.stdout ?? one.child, "data");
  assert.equal(await one.code("SIGTERM"), 1);
  slow.destroy();
});

test("a server that is stopped on the air exits 0, and its broadcast goes on after the next start", async () => {
  const clip = join(folder, "clip.flv");
  await makeClip(clip, { duration: 20, width: 160, height: 90, fps: 10 });
  const call = callerOf(server);
  const made = await call("POST /streams", { body: { name: "stopped", reconnectWindow: 60 } });
  const {
    publish: { rtmp },
  } = Stream.parse(made.body);
  const log = eventLogOf(server);
  await using encoder = publish(clip, rtmp.url ?? "");
  const { broadcast } = await log.find("broadcast_started");
  await log.find("playback_ready");
  await log[Symbol.asyncDispose]();

  assert.equal(await server.stop(), 0);
  assert.notEqual(await encoder.done, null);
  await server.restart();
  await using again = eventLogOf(server);
  const stopping = await again.find("server_stopping");
  assert.deepEqual(stopping.data, { sessions: 1 });
  const started = await again.find(
    "server_started",
    ({ sequence }) => sequence > stopping.sequence,
  );
  assert.deepEqual(started.data.broadcasts, { closed: [], resumed: [broadcast] });
  assert.equal(started.data.secondsLost, 0);
  const seen = Broadcast.parse((await call(`GET /broadcasts/${broadcast}`)).body);
  assert.equal(seen.state, "interrupted");

  assert.equal((await call("POST /streams/stopped/end")).status, 200);
  const ended = await again.find("broadcast_ended");
  assert.deepEqual([ended.broadcast, ended.data.reason], [broadcast, "api"]);
  assert.equal(Broadcast.parse((await call(`GET /broadcasts/${broadcast}`)).body).state, "ended");
  assert.equal(await server.stop(), 0);
});
