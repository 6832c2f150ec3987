import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { type ClientHttp2Session, connect, constants, type IncomingHttpHeaders } from "node:http2";
import { Agent, get as getHttps, type RequestOptions } from "node:https";
import { buffer, text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { connect as connectTls } from "node:tls";
import { gunzipSync, gzipSync } from "node:zlib";
import { fromBuffers } from "./media/answer.ts";
import type { MediaRequest } from "./media/media-request.ts";
import type { MediaWriter } from "./media/media-stream.ts";
import { type MediaServer, pairForTests, serveMedia } from "./serve-for-tests.ts";

const list = Buffer.from("#EXTM3U\n".repeat(200));
const segment = Buffer.alloc(2_000_000, "0123456789");
const zipped = gzipSync(list);
/** What blocks, until it is let go or left. */
const held = new Map<MediaRequest, { gone: AbortSignal; let: () => void }>();
const writers: MediaWriter[] = [];

let server: MediaServer;
const sessions: ClientHttp2Session[] = [];

before(async () => {
  server = await serveMedia((request, gone) => {
    const { path } = request;
    if (path === "list.m3u8") {
      const gzip = () => zipped;
      return fromBuffers({
        contentType: "application/vnd.apple.mpegurl",
        cacheControl: "public, max-age=1",
        etag: '"v1"',
        body: [list],
        gzip,
      });
    }
    const media = fromBuffers({
      contentType: "video/mp4",
      cacheControl: "public, max-age=31536000, immutable",
      etag: '"s1"',
      body: [segment.subarray(0, 7), segment.subarray(7)],
    });
    if (path === "1.m4s") return media;
    if (path === "events") {
      const open = (writer: MediaWriter) => void writers.push(writer);
      return { contentType: "text/event-stream", cacheControl: "no-store", open };
    }
    if (path !== "next") return undefined;
    const { promise, resolve } = Promise.withResolvers<typeof media>();
    held.set(request, { gone, let: () => resolve(media) });
    return promise;
  });
});

after(async () => {
  for (const session of sessions) session.destroy();
  await server[Symbol.asyncDispose]();
});

function h2(to = server): ClientHttp2Session {
  const session = connect(to.https, { ca: to.ca });
  // A test that cares waits for what it expects.
  session.on("error", () => undefined);
  sessions.push(session);
  return session;
}

type Answer = { status: number; headers: IncomingHttpHeaders; body: Buffer };

async function ask(
  session: ClientHttp2Session,
  path: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const stream = session.request({ ":path": path, ...headers });
  const [[told], body] = await Promise.all([once(stream, "response"), buffer(stream)]);
  return { status: told[":status"], headers: told, body };
}

async function ask1(path: string, headers: Record<string, string> = {}): Promise<Answer> {
  const { ":method": method = "GET", ...rest } = headers;
  const options: RequestOptions = { ca: server.ca, headers: rest, method, agent };
  const request = getHttps(`${server.https}${path}`, options);
  const [response] = await once(request, "response");
  return { status: response.statusCode, headers: response.headers, body: await buffer(response) };
}

const agent = new Agent({ keepAlive: true });
after(() => agent.destroy());

const until = async (fits: () => boolean): Promise<void> => {
  while (!fits()) await new Promise((resolve) => setImmediate(resolve));
};

test("RFC 7301: the client chooses HTTP/2 or HTTP/1.1; one that says nothing gets HTTP/1.1", async () => {
  const chosen = async (ALPNProtocols: string[]) => {
    const port = Number(new URL(server.https).port);
    const socket = connectTls({ port, host: "127.0.0.1", ca: server.ca, ALPNProtocols });
    await once(socket, "secureConnect");
    if (socket.alpnProtocol !== "h2") {
      socket.write("GET /live/story/list.m3u8 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      assert.match(await text(socket), /^HTTP\/1\.1 200 OK\r\n/);
    }
    socket.destroy();
    return socket.alpnProtocol;
  };
  assert.equal(await chosen(["h2", "http/1.1"]), "h2");
  assert.equal(await chosen(["http/1.1"]), "http/1.1");
  assert.equal(await chosen([]), false);
});

test("every kind of answer is the same over HTTP/2 and HTTP/1.1", async () => {
  const session = h2();
  const playlist = "/live/story/list.m3u8";
  const media = "/live/story/1.m4s";
  const cases: [string, Record<string, string>][] = [
    [playlist, {}],
    [playlist, { "accept-encoding": "gzip" }],
    [playlist, { "accept-encoding": "gzip", "if-none-match": '"v1.gz"' }],
    [playlist, { "accept-encoding": "gzip", ":method": "HEAD" }],
    [media, {}],
    [media, { range: "bytes=5-9" }],
    [media, { range: "bytes=9000000-" }],
    [media, { ":method": "HEAD" }],
    [media, { ":method": "OPTIONS" }],
    [media, { ":method": "DELETE" }],
    ["/live/story/nothing", {}],
    ["/livez", {}],
    ["/nowhere", {}],
    [`/t/a.token/live/story/list.m3u8?x=${"x".repeat(4000)}`, {}],
  ];
  for (const [path, headers] of cases) {
    const [two, one] = await Promise.all([ask(session, path, headers), ask1(path, headers)]);
    const { ":status": _status, date: _date, ...told } = two.headers;
    for (const name of ["date", "connection", "keep-alive", "transfer-encoding"])
      delete one.headers[name];
    assert.equal(two.status, one.status, path);
    // Without the symbol that names what is not to be indexed.
    assert.deepEqual(
      Object.fromEntries(Object.entries(told)),
      { ...one.headers },
      `${path} ${JSON.stringify(headers)}`,
    );
    assert.ok(two.body.equals(one.body), path);
  }
  const { body, headers } = await ask(session, playlist, { "accept-encoding": "gzip" });
  assert.equal(headers["content-encoding"], "gzip");
  assert.ok(gunzipSync(body).length === 1600);
});

test("a hundred blocked requests on one connection hold up no segment, and those who leave are forgotten", async () => {
  const session = h2();
  const waiting = Array.from({ length: 100 }, (_, at) =>
    session.request({ ":path": `/live/story/next?at=${at}` }),
  );
  await until(() => held.size === 100);
  const { status, body } = await ask(session, "/live/story/1.m4s");
  assert.deepEqual([status, body.equals(segment)], [200, true]);
  for (const stream of waiting.slice(0, 50)) stream.close(constants.NGHTTP2_CANCEL);
  await until(() => [...held.values()].filter(({ gone }) => gone.aborted).length === 50);
  const bodies = Promise.all(waiting.slice(50).map((stream) => buffer(stream)));
  for (const each of held.values()) each.let();
  for (const each of await bodies) assert.ok(each.equals(segment));
  assert.equal([...held.values()].filter(({ gone }) => gone.aborted).length, 50);
  held.clear();
});

test("a viewer who leaves an HTTP/1.1 connection is forgotten too", async () => {
  const port = Number(new URL(server.https).port);
  const socket = connectTls({ port, host: "127.0.0.1", ca: server.ca });
  socket.write("GET /live/story/next HTTP/1.1\r\nHost: x\r\n\r\n");
  await until(() => held.size === 1);
  socket.destroy();
  await until(() => [...held.values()].every(({ gone }) => gone.aborted));
  held.clear();
});

test("endless answers: written as they come, queued bytes told, ended by either side", async () => {
  const session = h2();
  const port = Number(new URL(server.http).port);
  const stream = session.request({ ":path": "/live/story/events" });
  const [head] = await once(stream, "response");
  assert.equal(head["content-type"], "text/event-stream");
  await until(() => writers.length === 1);
  const [writer] = writers.splice(0);
  assert.ok(writer);
  assert.equal(writer.write([Buffer.from("one "), Buffer.from("two")]), true);
  assert.equal(String((await once(stream, "data"))[0]).slice(0, 3), "one");
  // Nobody reads on: what is written waits, and is told.
  stream.pause();
  while (writer.write([segment]));
  assert.ok(writer.queuedBytes >= segment.length / 2);
  const drained = new Promise<void>((resolve) => writer.onDrain(resolve));
  stream.resume();
  await drained;
  const ended = once(stream, "end");
  let closed = 0;
  writer.onClose(() => closed++);
  writer.close();
  await ended;
  await until(() => closed === 1);
  assert.equal(writer.write([segment]), false);
  // The same over HTTP/1.1, without TLS: the end of the connection is the end of the body.
  const answer = fetch(`http://127.0.0.1:${port}/live/story/events`);
  await until(() => writers.length === 1);
  const [plain] = writers.splice(0);
  plain?.write([Buffer.from("data: 1\n\n")]);
  plain?.close();
  const response = await answer;
  assert.equal(response.headers.get("connection"), "close");
  assert.equal(await response.text(), "data: 1\n\n");
});

test("a reader who stalls costs only references; other viewers go on", async () => {
  const slow = h2();
  const streams = Array.from({ length: 24 }, () => slow.request({ ":path": "/live/story/1.m4s" }));
  await Promise.all(streams.map((stream) => once(stream, "response")));
  const usual = process.memoryUsage().arrayBuffers;
  const { body } = await ask(h2(), "/live/story/1.m4s");
  assert.ok(body.equals(segment));
  // 48 MB are on their way, and little of it is memory.
  const more = process.memoryUsage().arrayBuffers - usual;
  assert.ok(more < 16_000_000, `${more} bytes`);
  slow.destroy();
});

test("CVE-2023-44487: requests that are taken back by the hundred end their connection, and no other", async () => {
  const session = h2();
  let asked = 0;
  for (; !session.destroyed && asked < 3000; asked += 50) {
    const streams = Array.from({ length: 50 }, () =>
      session.request({ ":path": "/live/story/next" }).on("error", () => undefined),
    );
    await until(() => held.size === 50 || session.destroyed);
    for (const stream of streams) stream.close(constants.NGHTTP2_CANCEL);
    await until(() => [...held.values()].every(({ gone }) => gone.aborted) || session.destroyed);
    held.clear();
  }
  assert.ok(asked >= 500 && asked < 1000, `after ${asked}`);
  assert.equal((await ask(h2(), "/live/story/list.m3u8")).status, 200);
});

test("a head that is too large is refused", async () => {
  const session = h2();
  // From here on both know the limit.
  await ask(session, "/live/story/list.m3u8");
  const stream = session.request({ ":path": "/live/story/list.m3u8", cookie: "x".repeat(60_000) });
  const status = await Promise.race([
    once(stream, "response").then(([told]) => Number(told[":status"])),
    once(stream, "close").then(() => 0),
  ]).catch(() => 0);
  assert.notEqual(status, 200);
});

test("curl takes HTTP/2", async () => {
  const args = [
    "-sk",
    "--http2",
    "-o",
    "/dev/null",
    "-w",
    "%{http_version} %{http_code} %{size_download}",
  ];
  const child = spawn("curl", [...args, `${server.https}/live/story/1.m4s`]);
  assert.equal(await text(child.stdout), "2 200 2000000");
});

test("another certificate is shown to those who come after it", async () => {
  const other = pairForTests();
  server.show(other);
  const session = connect(server.https, { ca: other.cert });
  sessions.push(session);
  assert.equal((await ask(session, "/live/story/list.m3u8")).status, 200);
  const stranger = connect(server.https, { ca: server.ca });
  await assert.rejects(once(stranger, "connect"));
  server.show({ cert: other.cert, key: other.key });
});

test("a server that stops answers those it holds, says goodbye, and lets what runs end", async () => {
  const waits = Promise.withResolvers<void>();
  const stopping = await serveMedia(({ path }) => {
    if (path === "events") {
      return {
        contentType: "text/event-stream",
        cacheControl: "no-store",
        open: () => waits.resolve(),
      };
    }
    return new Promise(() => undefined);
  });
  const session = h2(stopping);
  const goaway = once(session, "goaway");
  const told = ask(session, "/live/story/next");
  const endless = session.request({ ":path": "/live/story/events" });
  const ended = buffer(endless);
  const plain = fetch(`${stopping.http}/live/story/next`);
  await waits.promise;
  await stopping[Symbol.asyncDispose]();
  const { status, headers } = await told;
  assert.deepEqual([status, headers["retry-after"]], [503, "1"]);
  const response = await plain;
  assert.deepEqual([response.status, response.headers.get("retry-after")], [503, "1"]);
  assert.equal((await ended).length, 0);
  await goaway;
});
