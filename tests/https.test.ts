import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { type ClientHttp2Session, connect } from "node:http2";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { type ServerProcess, startServer } from "./server-process.ts";

let server: ServerProcess;
let session: ClientHttp2Session;

before(async () => {
  server = await startServer({ OXBOW_HTTPS_PORT: "0" });
  const ca = await readFile(join(server.data, "tls", "cert.pem"), "utf8");
  session = connect(server.https, { ca });
  await once(session, "connect");
});
after(async () => {
  session.destroy();
  await server[Symbol.asyncDispose]();
});

async function call(method: string, path: string, body?: unknown) {
  const sent = body === undefined ? {} : { "content-type": "application/json" };
  const authorization = `Bearer ${server.key}`;
  const stream = session.request({ ":method": method, ":path": path, authorization, ...sent });
  stream.end(body === undefined ? undefined : JSON.stringify(body));
  const [[head], answer] = await Promise.all([once(stream, "response"), text(stream)]);
  return { status: Number(head[":status"]), head, answer };
}

test("the whole API and health answer over HTTP/2, with the certificate that the server made", async () => {
  assert.equal((await call("GET", "/readyz")).status, 200);
  const made = await call("POST", "/api/v1/streams", { name: "secure" });
  assert.equal(made.status, 201);
  const { playback }: { playback: { hls: string } } = JSON.parse(made.answer);
  assert.equal(playback.hls, `${server.http}/live/secure/index.m3u8`);
  assert.equal((await call("PATCH", "/api/v1/streams/secure", { title: "é" })).status, 200);
  assert.equal((await call("POST", "/api/v1/streams", { name: "secure" })).status, 409);
  const large = await call("POST", "/api/v1/streams", { name: "x".repeat(2_000_000) });
  assert.equal(large.status, 413);
  assert.equal((await call("GET", "/api/v1/nothing")).status, 404);
  assert.equal((await call("GET", "/live/secure/index.m3u8")).status, 404);
  assert.equal((await call("GET", "/embed/secure")).status, 200);
});

test("the event feed runs over HTTP/2, and a server that stops ends it, says goodbye and exits 0", async () => {
  const stream = session.request({
    ":path": "/api/v1/events/live?after=0",
    authorization: `Bearer ${server.key}`,
  });
  const [head] = await once(stream, "response");
  assert.equal(head["content-type"], "text/event-stream; charset=utf-8");
  stream.setEncoding("utf8");
  let heard = "";
  while (!heard.includes("event: stream_created")) heard += String((await once(stream, "data"))[0]);
  const goaway = once(session, "goaway");
  const ended = text(stream);
  assert.equal(await server.stop(), 0);
  assert.match(heard + (await ended), /event: server_started/);
  await goaway;
});
