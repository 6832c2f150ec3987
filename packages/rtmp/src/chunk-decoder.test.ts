import assert from "node:assert/strict";
import { test } from "node:test";
import { MalformedInput } from "@oxbow/media";
import * as fc from "fast-check";
import { ChunkDecoder } from "./chunk-decoder.ts";
import { ChunkEncoder } from "./chunk-encoder.ts";
import { LimitExceeded } from "./limit-exceeded.ts";
import type { MessageSink } from "./message.ts";

type Message = { type: number; streamId: number; timestamp: number; body: string };

class Collected implements MessageSink {
  readonly messages: Message[] = [];
  readonly maxBytes: number;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  limit(): number {
    return this.maxBytes;
  }

  message(type: number, streamId: number, timestamp: number, body: Buffer): void {
    this.messages.push({ type, streamId, timestamp, body: body.toString("latin1") });
  }
}

function decoder(limits = { chunkStreams: 64, bufferedBytes: 100_000, messageBytes: 100_000 }) {
  const sink = new Collected(limits.messageBytes);
  return { sink, chunks: new ChunkDecoder(sink, limits) };
}

/** What comes of bytes given as hexadecimal text. */
function decoded(...hex: string[]): Message[] {
  const { sink, chunks } = decoder();
  for (const piece of hex) chunks.push(Buffer.from(piece.replaceAll(" ", ""), "hex"));
  return sink.messages;
}

const hex = (text: string): string => Buffer.from(text).toString("hex");
const a = { type: 8, streamId: 1, body: "abc" };

test("RTMP 1.0 §5.3.1.1: chunk stream ids of one, two and three bytes", () => {
  const header = "000001 000003 08 01000000 616263";
  assert.deepEqual(decoded(`03${header}`), [{ ...a, timestamp: 1 }]);
  assert.deepEqual(decoded(`00 05 ${header} c0 05 616263`), [
    { ...a, timestamp: 1 },
    { ...a, timestamp: 2 },
  ]);
  // The third byte counts 256: id 65,599 is the last one.
  assert.deepEqual(decoded(`01 ffff ${header} c1 ffff 616263`), [
    { ...a, timestamp: 1 },
    { ...a, timestamp: 2 },
  ]);
});

test("RTMP 1.0 §5.3.1.2: types 0 to 3, absolute times and deltas", () => {
  const times = decoded(
    "04 0003e8 000003 08 01000000 616263", // type 0: at 1000
    "c4 616263", // type 3 behind type 0: its timestamp is the delta (§5.3.1.2.4)
    "44 000014 000003 08 616263", // type 1: 20 on
    "84 00001e 616263", // type 2: 30 on
    "c4 616263", // type 3: again 30 on
    "04 000005 000003 08 01000000 616263", // type 0: back to 5
  ).map(({ timestamp }) => timestamp);
  assert.deepEqual(times, [1000, 2000, 2020, 2050, 2080, 5]);
});

test("RTMP 1.0 §5.3.1.2: type 1 may begin a chunk stream, types 2 and 3 may not", () => {
  assert.deepEqual(decoded("44 000014 000003 08 616263"), [{ ...a, streamId: 0, timestamp: 20 }]);
  assert.throws(() => decoded("84 000014"), /Chunk stream 4 begins with a type 2 chunk/);
  assert.throws(() => decoded("c4"), /Chunk stream 4 begins with a type 3 chunk/);
});

const long = "x".repeat(300);
const rest = (from: number, to: number): string => hex(long.slice(from, to));

test("RTMP 1.0 §5.3.1.3: an extended timestamp, repeated on type 3 chunks and not (OBS #10097)", () => {
  const begin = `04 ffffff 00012c 09 01000000 01000000 ${rest(0, 128)}`;
  const want = [{ type: 9, streamId: 1, timestamp: 0x01000000, body: long }];
  const repeated = `c4 01000000 ${rest(128, 256)} c4 01000000 ${rest(256, 300)}`;
  const left = `c4 ${rest(128, 256)} c4 ${rest(256, 300)}`;
  for (const tail of [repeated, left]) {
    const whole = (begin + tail).replaceAll(" ", "");
    assert.deepEqual(decoded(whole), want);
    assert.deepEqual(decoded(...(whole.match(/../g) ?? [])), want);
  }
});

const sent = (time: number): Buffer => new ChunkEncoder().encode(4, 8, 1, time, Buffer.from("abc"));

test("RTMP 1.0 §5.3.1.3: 16,777,215 ms is the first extended timestamp", () => {
  assert.equal(sent(16_777_214).length, 15);
  assert.equal(sent(16_777_215).length, 19);
  for (const time of [16_777_214, 16_777_215, 16_777_216, 0xffffffff]) {
    assert.deepEqual(decoded(sent(time).toString("hex")), [{ ...a, timestamp: time }]);
  }
});

test("RTMP 1.0 §5.3.1.3: an extended delta, and the sum modulo 2^32", () => {
  const got = decoded(
    "04 ffffff 000003 08 01000000 ffffff00 616263",
    "44 000200 000003 08 616263",
    "84 ffffff 02000000 616263",
    "c4 02000000 616263",
    "c4 616263",
  ).map(({ timestamp }) => timestamp);
  assert.deepEqual(got, [0xffffff00, 0x100, 0x02000100, 0x04000100, 0x06000100]);
});

test("RTMP 1.0 §5.4.1: a chunk size change in mid-message of another chunk stream", () => {
  const want = [{ type: 9, streamId: 1, timestamp: 0, body: long }];
  const got = decoded(
    `06 000000 00012c 09 01000000 ${rest(0, 128)}`,
    "02 000000 000004 01 00000000 0000003c", // 60 bytes from here on
    `c6 ${rest(128, 188)} c6 ${rest(188, 248)}`,
    "02 000000 000004 01 00000000 00001000",
    `c6 ${rest(248, 300)}`,
  );
  assert.deepEqual(got, want);
  assert.throws(() => decoded("02 000000 000004 01 00000000 00000000"), /not positive/);
  assert.throws(() => decoded("02 000000 000004 01 00000000 80000000"), /not positive/);
});

test("RTMP 1.0 §5.4.2: an aborted message is forgotten, the chunk stream goes on", () => {
  const { sink, chunks } = decoder();
  const push = (text: string) => chunks.push(Buffer.from(text.replaceAll(" ", ""), "hex"));
  push(`06 000001 00012c 09 01000000 ${rest(0, 128)}`);
  assert.equal(chunks.bufferedBytes, 300);
  push("02 000000 000004 02 00000000 00000006");
  assert.equal(chunks.bufferedBytes, 0);
  push("46 000001 000003 08 616263");
  assert.deepEqual(sink.messages, [{ ...a, timestamp: 2 }]);
});

test("RTMP 1.0 §5.3.1.2.4: a header repeated inside of a message is let pass, another is malformed", () => {
  const begin = `06 000001 00012c 09 01000000 ${rest(0, 128)}`;
  const want = [{ type: 9, streamId: 1, timestamp: 1, body: long }];
  assert.deepEqual(
    decoded(begin, `46 000000 00012c 09 ${rest(128, 256)} 86 000000 ${rest(256, 300)}`),
    want,
  );
  assert.throws(() => decoded(begin, "46 000000 000003 09"), /begins inside of another/);
});

test("messages without a payload are delivered", () => {
  assert.deepEqual(decoded("04 000001 000000 08 01000000 c4"), [
    { type: 8, streamId: 1, timestamp: 1, body: "" },
    { type: 8, streamId: 1, timestamp: 2, body: "" },
  ]);
});

const begin = (id: string, length: string): string =>
  `${id} 000001 ${length} 09 01000000 ${rest(0, 128)}`;

test("limits: chunk streams, length of a message, memory for messages that are not complete", () => {
  const limits = { chunkStreams: 2, bufferedBytes: 400, messageBytes: 300 };
  const push = (...pieces: string[]) => {
    const { chunks } = decoder(limits);
    for (const piece of pieces) chunks.push(Buffer.from(piece.replaceAll(" ", ""), "hex"));
  };
  push(begin("05", "00012c"), "06 000001 000003 08 01000000 616263");
  assert.throws(() => push(begin("05", "00012d")), LimitExceeded);
  assert.throws(() => push(begin("05", "00012c"), begin("06", "00012c")), LimitExceeded);
  const third = ["05", "06", "07"].map((id) => `${id} 000001 000003 08 01000000 616263`);
  assert.throws(() => push(...third), /More than 2 chunk streams/);
});

test("after a halt nothing is delivered until it is resumed, and what waits is limited", () => {
  const { sink, chunks } = decoder({ chunkStreams: 2, bufferedBytes: 40, messageBytes: 300 });
  const one = Buffer.from("040000010000030801000000616263", "hex");
  chunks.halt();
  chunks.push(one);
  chunks.push(one);
  assert.deepEqual(sink.messages, []);
  assert.throws(() => chunks.push(one), LimitExceeded);
  chunks.resume();
  assert.equal(sink.messages.length, 2);
});

const chunkStreamIds = [3, 4, 63, 64, 319, 320, 65_599];
const wire = fc.record({
  chunkSize: fc.integer({ min: 1, max: 200 }),
  repeatExtended: fc.boolean(),
  messages: fc.array(
    fc.record({
      chunks: fc.constantFrom(...chunkStreamIds),
      type: fc.constantFrom(8, 9, 18, 20),
      streamId: fc.constantFrom(0, 1, 0x01020304),
      step: fc.oneof(
        fc.integer({ min: 0, max: 100 }),
        fc.constant(0xffffff),
        fc.constant(0x7fffffff),
      ),
      // No byte looks like the begin of an extended timestamp that was left out.
      body: fc.string({ unit: fc.constantFrom("\xaa", "\xbb", "\xcc"), maxLength: 600 }),
    }),
    { maxLength: 12 },
  ),
  order: fc.infiniteStream(fc.nat()),
  cuts: fc.infiniteStream(fc.integer({ min: 1, max: 300 })),
});

/** The chunks of an encoded message, from what is known of the lengths of their headers. */
function split(bytes: Buffer, length: number, size: number, next: number): Buffer[] {
  const count = Math.max(1, Math.ceil(length / size));
  const first = bytes.length - length - (count - 1) * next + Math.min(size, length);
  const chunks = [bytes.subarray(0, first)];
  for (let at = first; at < bytes.length; at += next + size) {
    chunks.push(bytes.subarray(at, at + next + size));
  }
  return chunks;
}

test("property: interleaved chunks in pieces of any size give the messages of each chunk stream", () => {
  fc.assert(
    fc.property(wire, ({ chunkSize, repeatExtended, messages, order, cuts }) => {
      const queues = new Map<number, Buffer[]>();
      const encoder = new ChunkEncoder({ repeatExtended });
      const head = encoder.setChunkSize(chunkSize);
      const clocks = new Map<number, number>();
      const extended = new Map<number, boolean>();
      const want = new Map<number, Message[]>();
      for (const { chunks, type, streamId, step, body } of messages) {
        const timestamp = ((clocks.get(chunks) ?? 0) + step) >>> 0;
        clocks.set(chunks, timestamp);
        const bytes = encoder.encode(
          chunks,
          type,
          streamId,
          timestamp,
          Buffer.from(body, "latin1"),
        );
        const basic = chunks < 64 ? 1 : chunks < 320 ? 2 : 3;
        // A type 3 header is extended where the one before was.
        if (bytes.readUInt8(0) >> 6 < 3) {
          extended.set(chunks, bytes.readUIntBE(basic, 3) === 0xffffff);
        }
        const repeated = repeatExtended && extended.get(chunks) === true;
        const pieces = split(bytes, body.length, chunkSize, basic + (repeated ? 4 : 0));
        queues.set(chunks, [...(queues.get(chunks) ?? []), ...pieces]);
        want.set(chunks, [...(want.get(chunks) ?? []), { type, streamId, timestamp, body }]);
      }
      const bytes = Buffer.concat([head, ...interleaved(queues, order)]);
      const { sink, chunks } = decoder();
      for (let at = 0; at < bytes.length; ) {
        const step = cuts.next().value ?? 1;
        chunks.push(bytes.subarray(at, at + step));
        at += step;
      }
      const sortKey = (message: Message): string => JSON.stringify(message);
      assert.deepEqual(
        sink.messages.map(sortKey).toSorted(),
        [...want.values()].flat().map(sortKey).toSorted(),
      );
      assert.equal(chunks.bufferedBytes, 0);
    }),
    { numRuns: 300 },
  );
});

function interleaved(queues: Map<number, Buffer[]>, order: Iterator<number>): Buffer[] {
  const out: Buffer[] = [];
  const open = [...queues.values()].filter((queue) => queue.length > 0);
  while (open.length > 0) {
    const at = (order.next().value ?? 0) % open.length;
    const chunk = open[at]?.shift();
    if (chunk !== undefined) out.push(chunk);
    if (open[at]?.length === 0) open.splice(at, 1);
  }
  return out;
}

test("property: random and mutated bytes throw nothing but MalformedInput, and memory stays in its limit", () => {
  const mutated = fc
    .tuple(
      fc.array(fc.string({ maxLength: 300 }), { minLength: 1, maxLength: 4 }),
      fc.nat(),
      fc.nat(255),
    )
    .map(([bodies, at, byte]) => {
      const encoder = new ChunkEncoder();
      const bytes = Buffer.concat(
        bodies.map((body) => encoder.encode(4, 9, 1, 5, Buffer.from(body))),
      );
      bytes[at % bytes.length] = byte;
      return bytes;
    });
  const random = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes));
  fc.assert(
    fc.property(fc.oneof(random, mutated), (bytes) => {
      const { chunks } = decoder({ chunkStreams: 8, bufferedBytes: 1000, messageBytes: 600 });
      try {
        chunks.push(bytes);
      } catch (error) {
        assert.ok(error instanceof MalformedInput, String(error));
      }
      assert.ok(chunks.bufferedBytes <= 1000 + 18);
    }),
    { numRuns: 3000 },
  );
});
