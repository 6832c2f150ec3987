import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { Agent, type IncomingMessage, request } from "node:http";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { Problem, type Route, routes, Stream } from "@oxbow/contract";
import { ffmpeg } from "../fixtures/clip.ts";
import { type Caller, callerOf } from "./caller.ts";
import { type EventLog, eventLogOf } from "./follow-log.ts";
import { publish } from "./publisher.ts";
import { type ServerProcess, startServer } from "./server-process.ts";

let folder = "";
let server: ServerProcess;
let call: Caller;
let log: EventLog;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-hostile-"));
  server = await startServer();
  call = callerOf(server);
  log = eventLogOf(server);
});
after(async () => {
  await log[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** A request whose path goes out as it stands. */
async function raw(
  method: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; type: string; body: string }> {
  const { hostname, port } = new URL(server.http);
  const sent = request({ hostname, port, method, path, headers, agent: false }).end();
  const [answer]: IncomingMessage[] = await once(sent, "response");
  assert.ok(answer);
  return {
    status: answer.statusCode ?? 0,
    type: answer.headers["content-type"] ?? "",
    body: await text(answer),
  };
}

/** A connection that the server may break at any time. */
async function open(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => undefined);
  await once(socket, "connect");
  return socket;
}

async function metric(name: string): Promise<number> {
  const { text: all } = await call("GET //metrics");
  return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(all)?.[1]);
}

const NASTY = [
  "..",
  "../../../../etc/passwd",
  "..%2f..%2f..%2fetc%2fpasswd",
  "%2e%2e%2f%2e%2e%2foxbow.db",
  "..\\..\\x",
  "%00",
  "a%00b",
  "%0d%0aset-cookie:x=1",
  "%zz",
  "%",
  "'%20OR%201=1--",
  "%22;DROP%20TABLE%20streams;--",
  "__proto__",
  "constructor",
  "%F0%9F%90%B8",
  "%ff%fe",
  "*",
  "str_",
  "a".repeat(5000),
  "%2f",
  "//",
  "?",
  "#",
];

describe("hostile clients", { concurrency: 3 }, () => {
  test("no text in any place of any path leads to anything but a refusal", async () => {
    await call("POST /streams", { body: { name: "real" } });
    const key = { authorization: `Bearer ${server.key}` };
    const api = Object.values<Route>(routes).filter(({ path }) => path.includes("{"));
    const paths = [
      ...api.map(({ method, path }) => [method, `/api/v1${path}`] as const),
      ...[
        "/live/{a}/index.m3u8",
        "/live/real/{a}",
        "/live/{a}/{a}",
        "/dvr/{a}/index.m3u8?from=0",
        "/dvr/real/{a}",
        "/dvr/real/{a}/1/1.m4s",
        "/dvr/real/index.m3u8?from={a}",
        "/dvr/real/index.m3u8?from=0&to={a}",
        "/dvr/real/index.m3u8?from=0&broadcast={a}",
        "/vod/{a}/index.m3u8",
        "/vod/{a}/source.mp4",
        "/vod/{a}/{a}.mp4",
        "/embed/{a}",
        "/embed/assets/{a}",
        "/{a}",
      ].map((path) => ["GET", path] as const),
    ];
    for (const [method, path] of paths) {
      for (const nasty of NASTY) {
        const answer = await raw(method, path.replace(/\{\w+\}/g, nasty), key);
        const about = `${method} ${path} with ${nasty.slice(0, 40)}: ${answer.status} ${answer.body.slice(0, 200)}`;
        // A place that ends with ? or # may name the list, or the stream that there is.
        if (answer.status < 400) assert.match(nasty, /^[?#]$/, about);
        else {
          assert.ok(answer.status < 500, about);
          assert.equal(answer.type, "application/problem+json", about);
          Problem.parse(JSON.parse(answer.body));
        }
        assert.ok(!answer.body.includes("root:") && !answer.body.includes("SQLite"), about);
      }
    }
    for (const query of ["cursor", "stream", "after", "types", "limit", "state"]) {
      for (const nasty of NASTY) {
        for (const list of [
          "streams",
          "events",
          "exports",
          "assets",
          "sessions",
          "sinks",
          "streams/real/broadcasts",
        ]) {
          const { status, body } = await raw("GET", `/api/v1/${list}?${query}=${nasty}`, key);
          assert.ok(status < 500, `${list}?${query}=${nasty.slice(0, 40)}: ${body.slice(0, 200)}`);
        }
      }
    }
    assert.equal((await call("GET /streams/real")).status, 200);
  });

  test("what is no HTTP, or too much of it, is refused in problem details and cut off", async () => {
    const cases: [bytes: string, status: number][] = [
      ["NONSENSE\r\n\r\n", 400],
      ["\u0016\u0003\u0001\u0000\u0000", 400],
      ["GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400],
      [`GET /${"a".repeat(100_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 431],
      [`GET / HTTP/1.1\r\nHost: a\r\nX: ${"a".repeat(100_000)}\r\n\r\n`, 431],
      ["POST /api/v1/streams HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n", 400],
    ];
    for (const [bytes, status] of cases) {
      const socket = await open(server.http);
      socket.write(bytes);
      const answer = await text(socket);
      assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `), bytes.slice(0, 60));
      assert.match(answer, /content-type: application\/problem\+json/i);
      const problem = Problem.parse(JSON.parse(answer.slice(answer.indexOf("\r\n\r\n") + 4)));
      assert.equal(problem.status, status);
    }
  });

  test("hundreds of idle connections and dozens of slow ones keep nobody waiting, and the slow are cut off", async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 300 });
    const { hostname, port } = new URL(server.http);
    const idle = await Promise.all(
      Array.from({ length: 300 }, async () => {
        const sent = request({ hostname, port, path: "/livez", agent }).end();
        const [answer]: IncomingMessage[] = await once(sent, "response");
        return answer === undefined ? "" : text(answer);
      }),
    );
    assert.deepEqual(new Set(idle), new Set(["ok\n"]));
    const slow = await Promise.all(
      Array.from({ length: 40 }, async () => {
        const socket = await open(server.http);
        socket.write("GET /livez HTTP/1.1\r\nHost: a\r\nX-Slow: ");
        return socket;
      }),
    );
    const cut = slow.map(async (socket) => (await text(socket)).startsWith("HTTP/1.1 408 "));
    assert.equal((await call("GET /streams")).status, 200);
    assert.deepEqual(new Set(await Promise.all(cut)), new Set([true]));
    assert.equal((await call("GET //livez")).status, 200);
    agent.destroy();
  });

  test("viewers that stop reading a large MP4 cost no memory, and keep nobody waiting", async () => {
    const clip = join(folder, "noise.flv");
    await ffmpeg([
      ...["-f", "lavfi", "-i", "testsrc2=s=640x360:r=25:d=2,noise=alls=80:allf=t,format=yuv420p"],
      ...["-c:v", "libx264", "-preset", "ultrafast", "-crf", "1", "-g", "25", clip],
    ]);
    const { publish: to } = Stream.parse(
      (await call("POST /streams", { body: { name: "large" } })).body,
    );
    assert.equal(
      await publish(clip, to.rtmp.url ?? "", { speed: 20, input: ["-stream_loop", "9"] }).done,
      0,
    );
    const { data } = await log.find("broadcast_ended", ({ stream }) => stream?.name === "large");
    const path = `/dvr/large/${Date.parse(data.from)}-${Date.parse(data.to)}.mp4`;
    const size = Number((await call(`HEAD /${path}`)).headers.get("content-length"));
    assert.ok(size > 50_000_000, `${size} bytes`);
    const usual = await metric("process_resident_memory_bytes");
    const viewers = await Promise.all(
      Array.from({ length: 40 }, async () => {
        const socket = await open(server.http);
        socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
        await once(socket, "readable");
        return socket;
      }),
    );
    // Whoever reads gets all of it meanwhile.
    const whole = await fetch(server.http + path);
    let bytes = 0;
    for await (const piece of whole.body ?? []) bytes += piece.length;
    assert.equal(bytes, size);
    const grown = (await metric("process_resident_memory_bytes")) - usual;
    assert.ok(grown < 200_000_000, `${grown} bytes for 40 viewers of ${size} bytes`);
    for (const socket of viewers) socket.destroy();
  });
});
