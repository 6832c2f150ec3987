import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent, createServer, get, type IncomingMessage } from "node:http";
import { connect, createServer as createHttp2Server } from "node:http2";
import type { AddressInfo, Server } from "node:net";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { pino } from "pino";
import { Registry } from "prom-client";
import type { GrowingWriter } from "./growing-body.ts";
import { type MediaRoutes, mediaRoutes } from "./media-routes.ts";

const never = async (): Promise<undefined> => undefined;

/** A server whose live segments grow as the test says. */
function origin(): { readonly routes: MediaRoutes; readonly writers: GrowingWriter[] } {
  const writers: GrowingWriter[] = [];
  const live = () => ({
    contentType: "video/mp4",
    cacheControl: "no-store",
    grow: (writer: GrowingWriter) => {
      writer.write([Buffer.from("one "), Buffer.from("two ")]);
      writers.push(writer);
    },
  });
  const log = pino({ level: "silent" });
  const now = () => {
    throw new Error("no clock is asked");
  };
  const world = { log, now, id: now, metrics: new Registry() };
  return { routes: mediaRoutes({ live, dvr: never, vod: never, embed: never }, world), writers };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address: AddressInfo | string | null = server.address();
  assert.ok(address !== null && typeof address === "object");
  return address.port;
}

test("RFC 9112 §7.1: a segment that grows is sent in chunks, and its connection is used again; one that is cut has no end", async () => {
  const { routes, writers } = origin();
  const server = createServer((request, response) => void routes.answer(request, response));
  const port = await listen(server);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = async (): Promise<IncomingMessage> => {
    const [answer] = await once(get({ port, agent, path: "/live/s/stt_1/1/1.m4s" }), "response");
    return answer;
  };
  try {
    const first = await ask();
    assert.equal(first.headers["transfer-encoding"], "chunked");
    assert.equal(first.headers["cache-control"], "no-store");
    assert.equal(first.headers["access-control-allow-origin"], "*");
    const { localPort } = first.socket;
    const [writer] = writers;
    let closed = 0;
    writer?.onClose(() => (closed += 1));
    writer?.write([Buffer.from("three")]);
    writer?.end();
    writer?.end();
    assert.equal(await text(first), "one two three");
    const second = await ask();
    assert.equal(second.socket.localPort, localPort, "the connection was kept");
    assert.equal(closed, 1);
    const cut = text(second);
    writers[1]?.cut();
    await assert.rejects(cut, { code: "ECONNRESET" });
    const third = text(await ask());
    routes.release();
    await assert.rejects(third, { code: "ECONNRESET" });
  } finally {
    agent.destroy();
    server.close();
    server.closeAllConnections();
  }
});

test("RFC 9113 §8.1: over HTTP/2 it is DATA frames, and a cut is an error of its stream alone", async () => {
  const { routes, writers } = origin();
  const server = createHttp2Server();
  // As the listener of HTTPS does: the kinds of Node's compatibility API differ in types alone.
  const events: NodeJS.EventEmitter = server;
  events.on("request", (request, response) => routes.answer(request, response));
  const client = connect(`http://127.0.0.1:${await listen(server)}`);
  try {
    const whole = client.request({ ":path": "/live/s/stt_1/1/1.m4s" });
    await once(whole, "response");
    writers[0]?.end();
    assert.equal(await text(whole), "one two ");
    const cut = client.request({ ":path": "/live/s/stt_1/1/2.m4s" });
    await once(cut, "response");
    const read = text(cut);
    writers[1]?.cut();
    await assert.rejects(read, { code: "ERR_HTTP2_STREAM_ERROR" });
    assert.equal(client.closed, false);
  } finally {
    client.close();
    server.close();
  }
});
