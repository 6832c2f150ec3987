import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { connect } from "node:net";
import { buffer, text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { Fault } from "@oxbow/contract";
import { pino } from "pino";
import { Registry } from "prom-client";
import { fromMemory, type MediaAnswer } from "./answer.ts";
import { type MediaSources, mediaRoutes } from "./media-routes.ts";

const big = Buffer.alloc(3_000_000, "abcdefghij");

/** Media of every kind: from memory, and read piece by piece into one buffer. */
const sources: MediaSources = {
  live({ owner, path }): MediaAnswer | undefined {
    if (owner !== "story") throw new Fault("stream_unknown", `There is no stream "${owner}"`);
    if (path === "big.m4s") return fromMemory("video/mp4", "public, max-age=9", [big]);
    if (path !== "list") return undefined;
    return fromMemory("text/x", "public, max-age=1", [Buffer.from("hello "), Buffer.from("live")]);
  },
  async dvr() {
    const reused = Buffer.alloc(1000);
    return {
      contentType: "video/mp4",
      cacheControl: "no-cache",
      etag: '"e"',
      bytes: big.length,
      body: {
        kind: "reader",
        async *read(start, end) {
          for (let at = start; at < end; at += reused.length) {
            const piece = reused.subarray(0, Math.min(reused.length, end - at));
            big.copy(piece, 0, at, at + piece.length);
            yield piece;
          }
        },
      },
    };
  },
  async vod() {
    throw new Error("a surprise");
  },
  async embed() {
    return fromMemory("text/html", "no-cache", [Buffer.from("<p>")]);
  },
};

let server: Server;
let port = 0;

before(async () => {
  const log = pino({ level: "silent" });
  const now = () => {
    throw new Error("no clock is asked");
  };
  const routes = mediaRoutes(sources, { log, now, id: now, metrics: new Registry() });
  server = createServer((request, response) => {
    if (!routes.answer(request, response)) response.writeHead(418).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address === "object" && address) port = address.port;
});

after(() => {
  server.close();
  server.closeAllConnections();
});

/** Sends bytes as they stand, and gives all that comes until the connection is closed. */
async function talk(requests: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.write(requests);
  return text(socket);
}

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`http://127.0.0.1:${port}${path}`, { headers });

test("media from memory comes whole, with what caches and pages of other sites need", async () => {
  const response = await get("/live/story/list?x=1");
  assert.equal(await response.text(), "hello live");
  const { headers } = response;
  assert.equal(headers.get("content-type"), "text/x");
  assert.equal(headers.get("cache-control"), "public, max-age=1");
  assert.equal(headers.get("access-control-allow-origin"), "*");
  assert.match(
    headers.get("access-control-expose-headers") ?? "",
    /Content-Range, ETag, Age, Date/,
  );
  assert.ok(Math.abs(Date.parse(headers.get("date") ?? "") - Date.now()) < 10_000);
});

test("answers on one connection keep their order, however each of them is made", async () => {
  const of = (path: string, more = "") => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;
  const said = await talk(
    of("/live/story/list") +
      of("/dvr/story/a.mp4", "Range: bytes=0-9\r\n") +
      of("/live/story/list") +
      of("/live/none/list") +
      of("/live/story/list", "Range: bytes=6-9\r\n") +
      of("/live/story/list", "Connection: close\r\n"),
  );
  const statuses = [...said.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
  assert.deepEqual(statuses, ["200", "206", "200", "404", "206", "200"]);
  const bodies = said
    .split(/\r\n\r\n/)
    .slice(1)
    .map((part) => part.split("HTTP/1.1")[0]);
  assert.deepEqual([bodies[0], bodies[1], bodies[2]], ["hello live", "abcdefghij", "hello live"]);
  assert.deepEqual([bodies[4], bodies[5]], ["live", "hello live"]);
});

test("HTTP/1.0 and HEAD are answered too", async () => {
  const old = await talk("GET /live/story/list HTTP/1.0\r\n\r\n");
  assert.match(old, /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nhello live$/);
  const head = await fetch(`http://127.0.0.1:${port}/live/story/list`, { method: "HEAD" });
  assert.equal(head.headers.get("content-length"), "10");
  assert.equal(await head.text(), "");
});

test("large bodies arrive bit for bit, over many requests of few connections", async () => {
  const bodies = await Promise.all(
    ["/live/story/big.m4s", "/dvr/story/a.mp4", "/live/story/big.m4s", "/dvr/story/a.mp4"].map(
      async (path) => {
        const { body } = await get(path);
        return body ? buffer(body) : Buffer.alloc(0);
      },
    ),
  );
  for (const body of bodies) assert.ok(body.equals(big));
});

test("a viewer who leaves in the middle leaves nothing behind", async () => {
  const socket = connect(port, "127.0.0.1");
  socket.write("GET /dvr/story/a.mp4 HTTP/1.1\r\nHost: x\r\n\r\n");
  await once(socket, "data");
  socket.destroy();
  await once(socket, "close");
  assert.equal(await (await get("/live/story/list")).text(), "hello live");
});

test("RFC 9110 §13–15: validators, and ranges outside", async () => {
  assert.equal((await get("/dvr/s/a.mp4", { "if-none-match": '"e"' })).status, 304);
  const outside = await get("/dvr/s/a.mp4", { range: "bytes=3000000-" });
  assert.deepEqual(
    [outside.status, outside.headers.get("content-range")],
    [416, "bytes */3000000"],
  );
  const stale = await get("/dvr/s/a.mp4", { range: "bytes=0-1", "if-range": '"old"' });
  assert.equal(stale.status, 200);
  assert.equal((await stale.arrayBuffer()).byteLength, big.length);
});

test("refusals are problems; a surprise tells nothing of itself", async () => {
  const problem = async (path: string) => {
    const response = await get(path);
    assert.equal(response.headers.get("content-type"), "application/problem+json");
    const { code, status }: { code: string; status: number } = JSON.parse(await response.text());
    return [response.status, status, code];
  };
  assert.deepEqual(await problem("/live/none/list"), [404, 404, "stream_unknown"]);
  assert.deepEqual(await problem("/live/story/nothing"), [404, 404, "not_found"]);
  assert.deepEqual(await problem("/live/%zz/list"), [400, 400, "invalid_request"]);
  assert.deepEqual(await problem("/vod/a/index.m3u8"), [500, 500, "internal"]);
  const post = await fetch(`http://127.0.0.1:${port}/live/story/list`, { method: "POST" });
  assert.deepEqual([post.status, post.headers.get("allow")], [405, "GET, HEAD, OPTIONS"]);
  assert.equal((await get("/elsewhere")).status, 418);
  assert.equal((await get("/live/")).status, 418);
});
