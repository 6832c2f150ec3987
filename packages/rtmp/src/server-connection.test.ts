import assert from "node:assert/strict";
import { test } from "node:test";
import { type AmfValue, aacHeader, flvTag, metadataBody, writeAmf0 } from "@oxbow/containers";
import { MalformedInput } from "@oxbow/media";
import * as fc from "fast-check";
import { ChunkEncoder } from "./chunk-encoder.ts";
import { ClientHandshake } from "./handshake.ts";
import { LimitExceeded } from "./limit-exceeded.ts";
import { RTMP_LIMITS } from "./limits.ts";
import { messageType } from "./message.ts";
import { TestReceiver } from "./test-receiver.ts";
import { Wire } from "./test-wire.ts";

test("RTMP 1.0 §7.2: connect → releaseStream, FCPublish, createStream → publish → FCUnpublish, deleteStream", () => {
  const wire = new Wire();
  wire.shake();
  wire.command("connect", 1, { app: "live", tcUrl: "rtmp://h/live", flashVer: "FMLE/3.0" });
  wire.command("releaseStream", 2, null, "KEY");
  wire.command("FCPublish", 3, null, "KEY");
  wire.command("createStream", 4, null);
  wire.command("publish", 5, null, "KEY", "live");
  wire.connection.answer({ ok: true, receiver: wire.receiver });
  wire.command("FCUnpublish", 6, null, "KEY");
  wire.command("deleteStream", 7, null, 1);
  assert.deepEqual(wire.said, [
    "type 5: 002625a0",
    "type 6: 002625a002",
    "type 4: 000000000000",
    "_result 1 on 0: NetConnection.Connect.Success",
    "_result 2 on 0: undefined",
    "_result 3 on 0: undefined",
    "_result 4 on 0: 1",
    "onFCPublish 0 on 0: NetStream.Publish.Start",
    "type 4: 000000000001",
    "onStatus 0 on 1: NetStream.Publish.Start",
    "onFCUnpublish 0 on 0: NetStream.Unpublish.Success",
    "onStatus 0 on 1: NetStream.Unpublish.Success",
    "_result 6 on 0: undefined",
  ]);
  assert.deepEqual(wire.stages, ["handshaken", "publishing", "stopped"]);
  assert.deepEqual(wire.receiver.log, [{ close: "unpublish" }]);
});

test("missing FCPublish, FCUnpublish and releaseStream: each of the clean ends is enough", () => {
  for (const [name, ...values] of [
    ["FCUnpublish", null, "KEY"],
    ["deleteStream", null, 1],
    ["closeStream", null],
  ] as const) {
    const wire = new Wire();
    wire.publish();
    wire.command(name, 0, ...values);
    assert.deepEqual(wire.receiver.log, [{ close: "unpublish" }], name);
  }
});

test("a connection that has unpublished can publish again", () => {
  const wire = new Wire();
  wire.publish();
  wire.command("FCUnpublish", 0, null, "KEY");
  wire.command("publish", 0, null, "OTHER", "live");
  const second = new TestReceiver();
  wire.connection.answer({ ok: true, receiver: second });
  wire.push(messageType.audio, Buffer.of(0xaf, 1, 2), 1, 7);
  assert.deepEqual(second.log, [{ audio: 7, bytes: 3 }]);
  assert.deepEqual(
    wire.requests.map(({ streamKey }) => streamKey),
    ["KEY", "OTHER"],
  );
});

test("what comes behind publish waits for the admission, in order", () => {
  const wire = new Wire();
  wire.shake();
  wire.command("connect", 1, { app: "live" });
  const { encoder } = wire;
  wire.connection.push(
    Buffer.concat([
      encoder.encode(3, messageType.command, 1, 0, writeAmf0("publish", 2, null, "KEY")),
      encoder.encode(7, messageType.data, 1, 0, metadataBody({ a: 1 })),
      encoder.encode(4, messageType.audio, 1, 9, Buffer.of(0xaf, 1, 2)),
    ]),
  );
  assert.deepEqual(wire.receiver.log, []);
  wire.connection.answer({ ok: true, receiver: wire.receiver });
  assert.deepEqual(wire.receiver.log, [{ metadata: { a: 1 } }, { audio: 9, bytes: 3 }]);
});

test("a refusal is told by onStatus, then the server hangs up", () => {
  const wire = new Wire();
  wire.shake();
  wire.command("connect", 1, { app: "live" });
  wire.command("publish", 2, null, "WRONG");
  wire.connection.answer({
    ok: false,
    code: "NetStream.Publish.BadName",
    description: "No such key",
  });
  assert.deepEqual(wire.said.slice(-2), ["onStatus 0 on 1: NetStream.Publish.BadName", "hang up"]);
  assert.partialDeepStrictEqual(wire.results, [{ level: "error", description: "No such key" }]);
  wire.push(messageType.audio, Buffer.of(1));
  assert.deepEqual(wire.receiver.log, []);
});

test("@setDataFrame, onMetaData alone, and data messages of AMF 3 type with a leading byte", () => {
  const wire = new Wire();
  wire.publish();
  const plain = metadataBody({ width: 640 });
  wire.push(messageType.data, plain, 1);
  wire.push(messageType.data, Buffer.concat([writeAmf0("@setDataFrame"), plain]), 1);
  wire.push(messageType.dataAmf3, Buffer.concat([Buffer.of(0), plain]), 1);
  wire.push(messageType.data, writeAmf0("onTextData", { text: "hi" }), 1);
  assert.deepEqual(
    wire.receiver.log,
    Array.from({ length: 3 }, () => ({ metadata: { width: 640 } })),
  );
});

test("AMF 3 command message type 17: its leading byte is taken off", () => {
  const wire = new Wire();
  wire.shake();
  const body = Buffer.concat([
    Buffer.of(0),
    writeAmf0("connect", 1, { app: "live", objectEncoding: 3 }),
  ]);
  wire.push(messageType.commandAmf3, body);
  assert.equal(wire.said.at(-1), "_result 1 on 0: NetConnection.Connect.Success");
});

test("E-RTMP v2: capabilities are echoed in the _result of connect", () => {
  const wire = new Wire();
  wire.shake();
  wire.command("connect", 1, {
    app: "live",
    capsEx: 15,
    fourCcList: ["*"],
    videoFourCcInfoMap: { "*": 4 },
  });
  const [info] = wire.results;
  assert.partialDeepStrictEqual(info, {
    capsEx: 13,
    fourCcList: ["avc1", "mp4a"],
    videoFourCcInfoMap: { avc1: 4 },
  });
});

test("E-RTMP v2 ReconnectRequest: only where the client announced it, and the session goes on", () => {
  const legacy = new Wire();
  legacy.publish();
  assert.equal(legacy.connection.requestReconnect("update"), false);
  const wire = new Wire();
  wire.shake();
  wire.command("connect", 1, { app: "live", capsEx: 1 });
  wire.command("publish", 2, null, "KEY");
  wire.connection.answer({ ok: true, receiver: wire.receiver });
  assert.equal(wire.connection.requestReconnect("update"), true);
  assert.equal(wire.said.at(-1), "onStatus 0 on 0: NetConnection.Connect.ReconnectRequest");
  wire.push(messageType.audio, Buffer.of(0xaf, 1, 2), 1, 7);
  assert.deepEqual(wire.receiver.log, [{ audio: 7, bytes: 3 }]);
});

test("32-bit wrap: timestamps of a session go on behind 2^32", () => {
  const wire = new Wire();
  wire.publish();
  for (const time of [0xffffffe0, 0x10]) {
    wire.push(messageType.audio, Buffer.of(0xaf, 1, 2), 1, time);
  }
  assert.deepEqual(wire.receiver.log, [
    { audio: 0xffffffe0, bytes: 3 },
    { audio: 2 ** 32 + 0x10, bytes: 3 },
  ]);
});

test("RTMP 1.0 §5.4.3, §5.4.4: received bytes are acknowledged by the peer's window", () => {
  const wire = new Wire();
  wire.publish();
  wire.push(messageType.windowAckSize, Buffer.from("00001000", "hex"));
  const before = wire.said.length;
  wire.push(messageType.audio, Buffer.alloc(3000, 1), 1);
  const { received } = wire.receiver;
  wire.push(messageType.audio, Buffer.alloc(3000, 1), 1);
  const count = received.toString(16).padStart(8, "0");
  assert.deepEqual(wire.said.slice(before), [`type 3: ${count}`]);
});

test("a file that is pushed ahead of the clock is acknowledged when it no longer is", () => {
  const wire = new Wire();
  wire.publish();
  wire.push(messageType.windowAckSize, Buffer.from("00001000", "hex"));
  const before = wire.said.length;
  wire.receiver.ahead = true;
  for (let at = 0; at < 4; at++) wire.push(messageType.audio, Buffer.alloc(3000, 1), 1);
  assert.equal(wire.said.length, before);
  wire.receiver.ahead = false;
  wire.push(messageType.audio, Buffer.alloc(10, 1), 1);
  assert.equal(wire.said.length, before + 1);
});

test("RTMP 1.0 §5.4.5: Set Peer Bandwidth is answered where it is new", () => {
  const wire = new Wire();
  wire.publish();
  const said = () => wire.said.filter((text) => text === "type 5: 00100000").length;
  wire.push(messageType.setPeerBandwidth, Buffer.from("0010000002", "hex"));
  wire.push(messageType.setPeerBandwidth, Buffer.from("0010000002", "hex"));
  assert.equal(said(), 1);
});

test("RTMP 1.0 §7.1.7: a ping is answered with its own value", () => {
  const wire = new Wire();
  wire.publish();
  wire.push(messageType.userControl, Buffer.from("000612345678", "hex"));
  assert.equal(wire.said.at(-1), "type 4: 000712345678");
});

test("RTMP 1.0 §7.1.6: an aggregate message is taken apart, its times begin at its own", () => {
  const wire = new Wire();
  wire.publish();
  const body = Buffer.concat([aacHeader("frame"), Buffer.of(9)]);
  const whole = Buffer.concat([flvTag("audio", 1000, body), flvTag("audio", 1023, body)]);
  wire.push(messageType.aggregate, whole, 1, 50);
  assert.deepEqual(wire.receiver.log, [
    { audio: 50, bytes: 3 },
    { audio: 73, bytes: 3 },
  ]);
  assert.throws(() => wire.push(messageType.aggregate, whole.subarray(0, 20), 1), /cut off/);
});

test("commands that nobody knows are answered with _error where an answer is awaited", () => {
  const wire = new Wire();
  wire.publish();
  const before = wire.said.length;
  wire.command("_checkbw", 0, null);
  wire.command("callMe", 9, null, "KEY");
  assert.deepEqual(wire.said.slice(before), ["_error 9 on 0: NetConnection.Call.Failed"]);
});

test("a second publish on a connection is refused and disturbs nothing", () => {
  const wire = new Wire();
  wire.publish();
  wire.command("publish", 0, null, "OTHER");
  assert.equal(wire.said.at(-1), "onStatus 0 on 1: NetStream.Publish.BadName");
  wire.push(messageType.audio, Buffer.of(0xaf, 1, 2), 1, 7);
  assert.deepEqual(wire.receiver.log, [{ audio: 7, bytes: 3 }]);
});

test("before connect nothing else is taken, and before publish only short messages", () => {
  const early = new Wire();
  early.shake();
  assert.throws(() => early.command("publish", 1, null, "KEY"), /"publish" comes before connect/);
  const long = new Wire();
  long.shake();
  assert.throws(() => long.push(messageType.video, Buffer.alloc(70_000)), LimitExceeded);
});

test("an answer that comes when the connection is over closes the receiver", () => {
  const wire = new Wire();
  wire.shake();
  wire.command("connect", 1, { app: "live" });
  wire.command("publish", 2, null, "KEY");
  wire.connection.over("lost");
  wire.connection.answer({ ok: true, receiver: wire.receiver });
  assert.deepEqual(wire.receiver.log, [{ close: "lost" }]);
});

const session = (): Buffer => {
  const encoder = new ChunkEncoder();
  const command = (name: string, ...values: AmfValue[]) =>
    encoder.encode(3, messageType.command, 1, 0, writeAmf0(name, 1, ...values));
  return Buffer.concat([
    new ClientHandshake("simple").hello,
    Buffer.alloc(1536),
    encoder.setChunkSize(60),
    command("connect", { app: "live" }),
    command("publish", null, "KEY"),
    encoder.encode(7, messageType.data, 1, 0, metadataBody({ width: 640 })),
    encoder.encode(6, messageType.video, 1, 0x1000000, Buffer.alloc(500, 0x17)),
    encoder.encode(4, messageType.audio, 1, 0x1000010, Buffer.of(0xaf, 1, 2)),
    command("FCUnpublish", null, "KEY"),
  ]);
};

/** Pushes bytes in pieces; the publish is admitted as soon as it is asked for. */
function play(bytes: Buffer, cuts: Iterator<number>): Wire {
  const wire = new Wire({ ...RTMP_LIMITS, messageBytes: 5000, bufferedBytes: 10_000 });
  let asked = 0;
  for (let at = 0; at < bytes.length; ) {
    const step = cuts.next().value ?? 1;
    wire.connection.push(bytes.subarray(at, at + step));
    at += step;
    if (wire.requests.length > asked) {
      asked += 1;
      wire.connection.answer({ ok: true, receiver: wire.receiver });
    }
  }
  return wire;
}

test("property: random chunking of a whole session changes nothing that it says or delivers", () => {
  const bytes = session();
  const [whole] = [play(bytes, [bytes.length][Symbol.iterator]())];
  assert.equal(whole?.receiver.log.length, 4);
  fc.assert(
    fc.property(fc.infiniteStream(fc.integer({ min: 1, max: 1500 })), (cuts) => {
      const wire = play(bytes, cuts);
      assert.deepEqual(wire.receiver.log, whole?.receiver.log);
      assert.deepEqual(wire.said, whole?.said);
    }),
  );
});

test("property: mutated sessions throw nothing but MalformedInput", () => {
  const edits = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(edits, (changes) => {
      const bytes = session();
      const from = 1 + 2 * 1536;
      for (const [at, byte] of changes) bytes[from + (at % (bytes.length - from))] = byte;
      try {
        play(bytes, [4000, 4000][Symbol.iterator]());
      } catch (error) {
        assert.ok(error instanceof MalformedInput, String(error));
      }
    }),
    { numRuns: 1500 },
  );
});
