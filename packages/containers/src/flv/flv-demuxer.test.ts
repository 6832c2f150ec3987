import assert from "node:assert/strict";
import { test } from "node:test";
import { MalformedInput } from "@oxbow/media";
import * as fc from "fast-check";
import { FlvDemuxer } from "./flv-demuxer.ts";
import type { FlvTag } from "./flv-tag.ts";
import { flvFileHeader, flvTag } from "./flv-writer.ts";

const arbitraryTag: fc.Arbitrary<FlvTag> = fc.record(
  {
    kind: fc.constantFrom("audio", "video", "script"),
    timestamp: fc.integer({ min: 0, max: 0xffffffff }),
    body: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  },
  { noNullPrototype: true },
);

const fileOf = (tags: readonly FlvTag[]): Buffer =>
  Buffer.concat([
    flvFileHeader({ audio: true, video: true }),
    ...tags.map((tag) => flvTag(tag.kind, tag.timestamp, tag.body)),
  ]);

test("property: random chunking changes no tag of an FLV file (§E.3, §E.4.1)", () => {
  fc.assert(
    fc.property(
      fc.array(arbitraryTag, { maxLength: 8 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 200 })),
      (tags, sizes) => {
        const file = fileOf(tags);
        const demuxer = new FlvDemuxer();
        const out: FlvTag[] = [];
        for (let at = 0; at < file.length; ) {
          const size = sizes.next().value ?? 1;
          out.push(...demuxer.push(file.subarray(at, at + size)));
          at += size;
        }
        demuxer.end();
        assert.deepEqual(out, tags);
      },
    ),
  );
});

test("§E.4.1: the extended timestamp is the high byte, beyond 4 h 39 m and up to 2^32 - 1", () => {
  for (const timestamp of [16_777_215, 16_777_216, 0xffffffff]) {
    const [tag] = new FlvDemuxer().push(fileOf([{ kind: "video", timestamp, body: Buffer.of(1) }]));
    assert.equal(tag?.timestamp, timestamp);
  }
});

test("a tag of an unknown type is skipped, a body that lies whole in a piece is a view", () => {
  const known = flvTag("audio", 5, Buffer.of(1, 2, 3));
  const unknown = Buffer.from(known);
  unknown[0] = 15;
  const file = Buffer.concat([flvFileHeader({ audio: true, video: false }), unknown, known]);
  const tags = new FlvDemuxer().push(file);
  assert.equal(tags.length, 1);
  assert.equal(tags[0]?.body.buffer, file.buffer);
});

test("no signature, an absurd header, encryption and a cut file are malformed", () => {
  const good = flvFileHeader({ audio: true, video: true });
  const encrypted = flvTag("audio", 0, Buffer.of(1));
  encrypted[0] = 0x28;
  for (const bad of [
    Buffer.from("MP4 is not FLV"),
    Buffer.of(0x46, 0x4c, 0x56, 1, 5, 0x7f, 0, 0, 9),
    Buffer.concat([good, encrypted]),
  ]) {
    assert.throws(() => new FlvDemuxer().push(bad), MalformedInput);
  }
  const cut = new FlvDemuxer();
  cut.push(Buffer.concat([good, flvTag("audio", 0, Buffer.of(1, 2, 3)).subarray(0, 12)]));
  assert.throws(() => cut.end(), /inside of a body/);
});

test("property: random and mutated files throw nothing but MalformedInput", () => {
  fc.assert(
    fc.property(
      fc.array(arbitraryTag, { maxLength: 4 }),
      fc.nat(),
      fc.nat(255),
      (tags, at, byte) => {
        const file = fileOf(tags);
        file[at % file.length] = byte;
        try {
          new FlvDemuxer().push(file);
        } catch (error) {
          assert.ok(error instanceof MalformedInput, String(error));
        }
      },
    ),
  );
});
