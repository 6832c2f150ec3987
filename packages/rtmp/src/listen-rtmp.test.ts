import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { type AmfObject, aacHeader, avcHeader, EcmaArray, writeAmf0 } from "@oxbow/containers";
import { ChunkEncoder } from "./chunk-encoder.ts";
import { textOf } from "./command.ts";
import { ClientHandshake } from "./handshake.ts";
import { listenRtmp, type RtmpServer, type RtmpServerOptions } from "./listen-rtmp.ts";
import { PublishRefused } from "./publish-refused.ts";
import { publishRtmp, type RtmpPublisher, type RtmpPublishOptions } from "./publish-rtmp.ts";
import { TestReceiver } from "./test-receiver.ts";

const host = "127.0.0.1";

function listen(
  admit: RtmpServerOptions["admit"],
  more: Partial<RtmpServerOptions> = {},
): Promise<RtmpServer> {
  return listenRtmp({ port: 0, host, admit, ...more });
}

function publish(
  server: RtmpServer,
  more: Partial<RtmpPublishOptions> = {},
): Promise<RtmpPublisher> {
  return publishRtmp({ host, port: server.port, app: "live", key: "KEY", ...more });
}

const video = Buffer.concat([avcHeader("frame", true), Buffer.alloc(10_000, 7)]);
const audio = Buffer.concat([aacHeader("frame"), Buffer.from("a")]);

for (const handshake of ["simple", 0, 1] as const) {
  test(`a session from connect to clean unpublish, handshake ${handshake}`, async () => {
    const receiver = new TestReceiver();
    await using server = await listen(receiver.admit);
    const url = `rtmp://${host}:${server.port}/live/KEY?a=b`;
    const publisher = await publishRtmp({ url, handshake });
    publisher.data("onMetaData", new EcmaArray({ encoder: "test" }));
    publisher.send("audio", 10, audio);
    publisher.send("video", 20, video);
    await publisher.close();
    assert.deepEqual(await receiver.closed, { reason: "unpublish", detail: undefined });
    assert.deepEqual(receiver.log, [
      {
        admit: {
          app: "live",
          streamKey: "KEY",
          query: "a=b",
          encoder: "FMLE/3.0 (compatible; Oxbow)",
        },
      },
      { metadata: { encoder: "test" } },
      { audio: 10, bytes: 3 },
      { video: 20, bytes: 10_005 },
      { close: "unpublish" },
    ]);
    assert.deepEqual(
      receiver.bodies.map(({ body }) => body),
      [audio, video],
    );
  });
}

test("a consumer without room is sent no more until it has some; others go on", async () => {
  const held = new TestReceiver();
  const free = new TestReceiver();
  await using server = await listen((request) =>
    (request.streamKey === "HELD" ? held : free).admit(request),
  );
  const [first, second] = await Promise.all([publish(server, { key: "HELD" }), publish(server)]);
  held.holding = Promise.withResolvers();
  first.send("audio", 0, audio);
  await held.messages(1);
  // More than the sockets in between hold.
  const count = 2000;
  for (const publisher of [first, second]) {
    for (let at = 1; at <= count; at++) publisher.send("video", at, video);
  }
  await free.messages(count);
  assert.ok(held.bodies.length < 100, `${held.bodies.length} messages came`);
  const { resolve } = held.holding;
  held.holding = undefined;
  resolve();
  await held.messages(count + 1);
  await Promise.all([first.close(), second.close()]);
  assert.equal((await held.closed).reason, "unpublish");
});

test("an abrupt end is a loss, and a later connection is another session", async () => {
  const receivers = [new TestReceiver(), new TestReceiver()];
  let next = 0;
  await using server = await listen((request) => {
    const receiver = receivers[next++];
    assert.ok(receiver);
    return receiver.admit(request);
  });
  const first = await publish(server);
  first.send("audio", 1, audio);
  await receivers[0]?.messages(1);
  first.destroy();
  assert.equal((await receivers[0]?.closed)?.reason, "lost");
  const second = await publish(server);
  second.send("audio", 2, audio);
  await receivers[1]?.messages(1);
  await second.close();
  assert.deepEqual(receivers[1]?.log.slice(1), [{ audio: 2, bytes: 3 }, { close: "unpublish" }]);
});

test("a clean unpublish is answered, whatever the receiver does with its signal", async () => {
  const receiver = new TestReceiver();
  await using server = await listen(receiver.admit);
  const said: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const onStatus = (info: AmfObject): void => {
    said.push(textOf(info["code"]));
    resolve();
  };
  const publisher = await publish(server, { onStatus });
  publisher.unpublish();
  await promise;
  assert.deepEqual(said, ["NetStream.Unpublish.Success"]);
  await publisher.close();
  assert.deepEqual(receiver.log.slice(1), [{ close: "unpublish" }]);
});

test("extended timestamps beyond 4 h 39 m in both dialects, and the 32-bit wrap, over a socket", async () => {
  for (const [repeatExtended, times] of [
    [true, [16_777_200, 16_777_233, 17_000_000]],
    [false, [16_777_200, 16_777_233, 17_000_000]],
    [true, [0xfffffff0, 2 ** 32 + 16, 2 ** 32 + 49]],
    [false, [0xfffffff0, 2 ** 32 + 16, 2 ** 32 + 49]],
  ] as const) {
    const receiver = new TestReceiver();
    await using server = await listen(receiver.admit);
    const publisher = await publish(server, { repeatExtended, chunkSize: 512 });
    for (const time of times) publisher.send("video", time, video);
    await publisher.close();
    await receiver.closed;
    assert.deepEqual(
      receiver.bodies.map(({ timestamp }) => timestamp),
      times,
    );
    assert.ok(receiver.bodies.every(({ body }) => body.equals(video)));
  }
});

test("back-pressure: the publisher says when it is full, and all arrives", async () => {
  const receiver = new TestReceiver();
  await using server = await listen(receiver.admit);
  const publisher = await publish(server);
  const body = Buffer.concat([avcHeader("frame", true), Buffer.alloc(1_000_000, 7)]);
  let full = 0;
  for (let at = 0; at < 20; at++) {
    if (!publisher.send("video", at, body)) {
      full += 1;
      await publisher.drained();
    }
  }
  await publisher.close();
  await receiver.closed;
  assert.ok(full > 0);
  assert.equal(receiver.bodies.length, 20);
  assert.ok(receiver.received > 20_000_000);
});

test("a refusal reaches the publisher with code and description", async () => {
  const receiver = new TestReceiver();
  receiver.refusal = { code: "NetStream.Publish.BadName", description: "No stream has this key" };
  await using server = await listen(receiver.admit);
  await assert.rejects(publish(server), (error) => {
    assert.ok(error instanceof PublishRefused);
    assert.equal(error.code, "NetStream.Publish.BadName");
    assert.match(error.message, /No stream has this key/);
    return true;
  });
});

test("an admission that fails refuses, and the server goes on", async () => {
  const failures: object[] = [];
  const log = { info: () => undefined, warn: (fields: object) => void failures.push(fields) };
  await using server = await listen(() => Promise.reject(new Error("store is away")), { log });
  await assert.rejects(publish(server), /NetStream.Publish.Failed: The server could not decide/);
  assert.equal(failures.length, 1);
});

test("a session that the consumer ends: the encoder reads why, then the connection closes", async () => {
  const receiver = new TestReceiver();
  await using server = await listen(receiver.admit);
  const said: AmfObject[] = [];
  const publisher = await publish(server, { onStatus: (info) => said.push(info) });
  publisher.send("audio", 1, audio);
  await receiver.messages(1);
  receiver.controller.abort(new Error("The key was changed"));
  await publisher.closed;
  assert.deepEqual(
    said.map((info) => Object.fromEntries(Object.entries(info))),
    [{ level: "error", code: "NetStream.Publish.Rejected", description: "The key was changed" }],
  );
  assert.equal((await receiver.closed).reason, "ended");
});

test("a session that was ended before its admission was answered is dismissed", async () => {
  const receiver = new TestReceiver();
  receiver.controller.abort(new Error("Too late"));
  await using server = await listen(receiver.admit);
  const publisher = await publish(server);
  await publisher.closed;
  assert.equal((await receiver.closed).reason, "ended");
});

/** A bare socket that has sent some bytes. */
async function raw(server: RtmpServer, ...bytes: Buffer[]): Promise<Socket> {
  const socket = connect(server.port, host);
  // A reset is one of the ways in which a server may hang up.
  socket.on("error", () => undefined);
  socket.resume();
  await once(socket, "connect");
  for (const piece of bytes) socket.write(piece);
  return socket;
}

/** `once` would reject where the server's way of hanging up is a reset. */
function hungUp(socket: Socket): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (socket.closed) resolve();
  socket.once("close", () => resolve());
  return promise;
}

const neverAsked = () => Promise.reject(new Error("nobody asked"));

test("limits, half-open TCP: a handshake, a publish and bytes that do not come end the connection", async () => {
  const shaken = [new ClientHandshake("simple").hello, Buffer.alloc(1536)];
  {
    await using server = await listen(neverAsked, { limits: { handshakeMs: 30 } });
    await hungUp(await raw(server, Buffer.of(3)));
  }
  {
    await using server = await listen(neverAsked, { limits: { publishMs: 30 } });
    await hungUp(await raw(server, ...shaken));
  }
  // This one publishes, but answers no ping.
  const receiver = new TestReceiver();
  await using server = await listen(receiver.admit, { limits: { idleMs: 60 } });
  const encoder = new ChunkEncoder();
  const connecting = encoder.encode(3, 20, 0, 0, writeAmf0("connect", 1, { app: "live" }));
  const publishing = encoder.encode(3, 20, 1, 0, writeAmf0("publish", 2, null, "KEY"));
  const silent = await raw(server, ...shaken, connecting, publishing);
  assert.equal((await receiver.closed).reason, "idle");
  await hungUp(silent);
});

test("a quiet encoder that answers pings stays", async () => {
  const receiver = new TestReceiver();
  await using server = await listen(receiver.admit, { limits: { idleMs: 300 } });
  const publisher = await publish(server);
  await receiver.reads(5);
  await publisher.close();
  assert.equal((await receiver.closed).reason, "unpublish");
});

test("limits: connections in all and of one address", async () => {
  await using few = await listen(neverAsked, { limits: { connections: 2 } });
  const first = await raw(few);
  await raw(few);
  await hungUp(await raw(few));
  first.destroy();
  await hungUp(first);
  await using lonely = await listen(neverAsked, { limits: { connectionsPerAddress: 1 } });
  await raw(lonely);
  await hungUp(await raw(lonely));
  assert.equal(lonely.connections, 1);
});

test("limits: a message that is too long, and malformed bytes, end the session with their reason", async () => {
  for (const [limits, send, reason, why] of [
    [
      { audioBytes: 100 },
      (to: RtmpPublisher) => to.send("audio", 0, Buffer.alloc(101)),
      "limit",
      /^A message of 101 bytes, type 8/,
    ],
    [
      {},
      (to: RtmpPublisher) =>
        to.data(
          "onMetaData",
          Array.from({ length: 5000 }, () => 1),
        ),
      "malformed",
      /^More than 4096 values/,
    ],
  ] as const) {
    const receiver = new TestReceiver();
    await using server = await listen(receiver.admit, { limits });
    const { promise, resolve } = Promise.withResolvers<AmfObject>();
    const publisher = await publish(server, { onStatus: resolve });
    send(publisher);
    assert.equal((await receiver.closed).reason, reason);
    assert.match(textOf((await promise)["description"]), why);
    await publisher.closed;
  }
  await using server = await listen(neverAsked);
  await hungUp(await raw(server, Buffer.from("GET / HTTP/1.1\r\n\r\n")));
});

test("limits: a client that does not take its answers is let go", async () => {
  const { promise: dropped, resolve } = Promise.withResolvers<object>();
  const log = { info: resolve, warn: () => undefined };
  const limits = { unsentBytes: 20_000, lingerMs: 20 };
  await using server = await listen(neverAsked, { limits, log });
  const socket = connect(server.port, host);
  socket.on("error", () => undefined);
  socket.pause();
  socket.write(new ClientHandshake("simple").hello);
  socket.write(Buffer.alloc(1536));
  const ping = Buffer.from("02000000000006040000000000060000002a", "hex");
  const many = Buffer.concat(Array.from({ length: 10_000 }, () => ping));
  const flood = () => {
    while (!socket.destroyed && socket.write(many)) continue;
  };
  socket.on("drain", flood);
  flood();
  await hungUp(socket);
  assert.partialDeepStrictEqual(await dropped, { reason: "limit" });
});

test("draining: a legacy encoder is cut, one that can reconnect is asked and may go on", async () => {
  const receiver = new TestReceiver();
  const server = await listen(receiver.admit);
  const publisher = await publish(server);
  await server[Symbol.asyncDispose]();
  await publisher.closed;
  assert.equal((await receiver.closed).reason, "ended");
  await assert.rejects(publish(server));

  const patient = new TestReceiver();
  const stop = new AbortController();
  const second = await listen(patient.admit, { signal: stop.signal });
  const asked = Promise.withResolvers<AmfObject>();
  const able = await publish(second, { connect: { capsEx: 1 }, onStatus: asked.resolve });
  stop.abort();
  const info = await asked.promise;
  assert.partialDeepStrictEqual(info, {
    level: "status",
    code: "NetConnection.Connect.ReconnectRequest",
  });
  able.send("audio", 5, audio);
  await patient.messages(1);
  await able.close();
  assert.equal((await patient.closed).reason, "unpublish");
  await second[Symbol.asyncDispose]();
  assert.equal(second.connections, 0);
});

test("draining: an encoder that was asked and does not go is cut", async () => {
  const receiver = new TestReceiver();
  const server = await listen(receiver.admit, { limits: { drainMs: 20 } });
  const publisher = await publish(server, { connect: { capsEx: 1 } });
  await server[Symbol.asyncDispose]();
  assert.equal((await receiver.closed).reason, "ended");
  await publisher.closed;
});

test("1,000 quick connections, half of them cut in the middle, leave nothing behind", async () => {
  const closed: Promise<unknown>[] = [];
  const before = process.getActiveResourcesInfo().toSorted();
  {
    await using server = await listen((request) => {
      const receiver = new TestReceiver();
      closed.push(receiver.closed);
      return receiver.admit(request);
    });
    for (let round = 0; round < 50; round++) {
      await Promise.all(
        Array.from({ length: 20 }, async (_, at) => {
          const publisher = await publish(server);
          publisher.send("video", 0, video);
          if (at % 2 === 0) publisher.destroy();
          await publisher.close();
        }),
      );
    }
    await Promise.all(closed);
  }
  assert.equal(closed.length, 1000);
  // A closed handle is let go of at the end of the turn.
  await setImmediate();
  await setImmediate();
  assert.deepEqual(process.getActiveResourcesInfo().toSorted(), before);
});
