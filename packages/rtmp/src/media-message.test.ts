import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { ChunkDecoder } from "./chunk-decoder.ts";
import { ChunkEncoder } from "./chunk-encoder.ts";
import { mediaMessageBytes, OUR_CHUNK_SIZE, writeMediaMessage } from "./media-message.ts";
import { messageType } from "./message.ts";

type Heard = { type: number; streamId: number; timestamp: number; body: Buffer };

/** What a player hears that has been told our chunk size. */
function hear(...pieces: readonly Buffer[]): Heard[] {
  const heard: Heard[] = [];
  const decoder = new ChunkDecoder(
    {
      limit: () => 1e6,
      message: (type, streamId, timestamp, body) => heard.push({ type, streamId, timestamp, body }),
    },
    { chunkStreams: 8, bufferedBytes: 1e6 },
  );
  decoder.push(new ChunkEncoder().setChunkSize(OUR_CHUNK_SIZE));
  for (const piece of pieces) decoder.push(piece);
  return heard;
}

function written(kind: "audio" | "video", timestamp: number, head: Buffer, data: Buffer): Buffer {
  const out = Buffer.alloc(mediaMessageBytes(head.length + data.length, timestamp), 0xee);
  assert.equal(writeMediaMessage(out, 0, kind, timestamp, head, head.length, data), out.length);
  return out;
}

test("RTMP 1.0 §5.3: any selection of messages is heard as it was written, extended timestamps too", () => {
  const message = fc.record({
    kind: fc.constantFrom("audio" as const, "video" as const),
    timestamp: fc.oneof(
      fc.nat(100_000),
      fc.integer({ min: 0xfffff0, max: 0x1000010 }),
      fc.constant(0xffffffff),
    ),
    head: fc.integer({ min: 0, max: 8 }),
    data: fc.oneof(
      fc.nat(20),
      fc.integer({ min: 4080, max: 4100 }),
      fc.integer({ min: 8180, max: 8200 }),
    ),
    kept: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 12 }), (messages) => {
      const kept = messages.filter((one) => one.kept);
      const bodies = kept.map(({ head, data }) => [Buffer.alloc(head, 1), Buffer.alloc(data, 2)]);
      const bytes = kept.map(({ kind, timestamp }, at) =>
        written(
          kind,
          timestamp,
          bodies[at]?.[0] ?? Buffer.alloc(0),
          bodies[at]?.[1] ?? Buffer.alloc(0),
        ),
      );
      assert.deepEqual(
        hear(...bytes),
        kept.map(({ kind, timestamp }, at) => ({
          type: messageType[kind],
          streamId: 1,
          timestamp,
          body: Buffer.concat(bodies[at] ?? []),
        })),
      );
    }),
    { numRuns: 300 },
  );
});
