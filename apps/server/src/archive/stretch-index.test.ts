import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32 } from "node:zlib";
import { runDuration, type SampleRun } from "@oxbow/containers";
import * as fc from "fast-check";
import { encodeHeader, encodeRecords, encodeSeal, sealedLength } from "./index-record.ts";
import type { StoredChunk } from "./resolved-range.ts";
import { StretchIndex } from "./stretch-index.ts";

const HEADER = {
  initBytes: 1234,
  origin: 1_700_000_000_000,
  tracks: [
    { id: 1, timescale: 90_000 },
    { id: 2, timescale: 44_100 },
  ],
};

const u32 = fc.integer({ min: 0, max: 2 ** 31 });
const column = (count: number) =>
  fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: count, maxLength: count });

/** A run of samples with every combination of columns. */
const run: fc.Arbitrary<SampleRun> = fc.integer({ min: 1, max: 20 }).chain((count) =>
  fc
    .record({
      sizes: column(count),
      durations: fc.oneof(column(count), fc.integer({ min: 1, max: 90_000 })),
      ctos: fc.option(
        fc.array(fc.integer({ min: -9000, max: 9000 }), { minLength: count, maxLength: count }),
      ),
      syncs: fc.oneof(
        fc.constant("all" as const),
        fc.uniqueArray(fc.integer({ min: 0, max: count - 1 }), { maxLength: count }),
      ),
    })
    .map(({ sizes, durations, ctos, syncs }) => {
      const columns = {
        count,
        sizes: Uint32Array.from(sizes),
        durations: typeof durations === "number" ? durations : Uint32Array.from(durations),
        syncs: syncs === "all" ? syncs : Uint32Array.from(syncs).toSorted(),
      };
      return ctos === null ? columns : Object.assign(columns, { ctos: Int32Array.from(ctos) });
    }),
);

/** Chunks that stand one after another in a file. */
const chunks = fc
  .array(
    fc.record({ track: fc.constantFrom(1, 2), samples: run, bytes: u32, part: fc.nat(65_535) }),
    { maxLength: 30 },
  )
  .map((list): StoredChunk[] => {
    let offset = HEADER.initBytes;
    return list.map(({ track, samples, bytes, part }, at) => {
      const chunk = {
        track,
        offset,
        bytes,
        headerBytes: 100 + at,
        // Beyond 2^32: a broadcast that began days ago.
        dts: 5_000_000_000 + at * 45_000,
        duration: runDuration(samples),
        segment: Math.floor(at / 4),
        part,
        independent: at % 4 === 0,
        samples,
      };
      offset += bytes;
      return chunk;
    });
  });

function encode(list: readonly StoredChunk[]): Uint8Array {
  const records = encodeRecords(list, { header: HEADER, discontinuity: () => false });
  return Buffer.concat([encodeHeader(HEADER), records]);
}

function read(index: StretchIndex | undefined): StoredChunk[] {
  return Array.from({ length: index?.length ?? 0 }, (_, at) => {
    assert.ok(index !== undefined);
    return index.chunk(at);
  });
}

test("an index gives back the chunks that were written", () => {
  fc.assert(
    fc.property(chunks, (list) => {
      const index = StretchIndex.parse(encode(list));
      assert.deepEqual(read(index), list);
      assert.deepEqual(index?.header, HEADER);
    }),
  );
});

test("an index that is read in pieces is the index read at once", () => {
  fc.assert(
    fc.property(chunks, fc.array(fc.integer({ min: 0, max: 30 })), (list, cuts) => {
      const index = StretchIndex.begin(HEADER);
      let from = 0;
      for (const cut of [...cuts.toSorted((a, b) => a - b), list.length]) {
        const piece = list.slice(from, cut);
        index.append(encodeRecords(piece, { header: HEADER, discontinuity: () => false }));
        from = Math.max(from, cut);
      }
      assert.deepEqual(read(index), list);
    }),
  );
});

test("a torn or changed index gives the whole chunks before the damage, and never others", () => {
  fc.assert(
    fc.property(chunks, fc.nat(), fc.option(fc.integer({ min: 1, max: 255 })), (list, at, flip) => {
      const bytes = encode(list);
      const place = at % bytes.length;
      if (flip !== null) bytes[place] = (bytes[place] ?? 0) ^ flip;
      const damaged = flip === null ? bytes.subarray(0, place) : bytes;
      const found = read(StretchIndex.parse(damaged));
      assert.deepEqual(found, list.slice(0, found.length));
      const before = place < 64 ? 0 : read(StretchIndex.parse(bytes.subarray(0, place))).length;
      assert.ok(found.length === before || flip === null);
    }),
  );
});

test("a shortened index is the index of the chunks that are left", () => {
  fc.assert(
    fc.property(chunks, fc.nat(30), (list, length) => {
      const index = StretchIndex.parse(encode(list));
      index?.shorten(length);
      const left = list.slice(0, length);
      assert.deepEqual(read(index), left);
      assert.deepEqual(index?.bytes.length, encode(left).length);
      const ofTrack = [1, 2].map((id) => index?.track(id)?.length);
      assert.deepEqual(
        ofTrack,
        [1, 2].map((id) => left.filter(({ track }) => track === id).length),
      );
    }),
  );
});

test("a sealed index is read as it was written; damage of any byte undoes the seal, and is found", () => {
  fc.assert(
    fc.property(chunks, fc.nat(), (list, place) => {
      const bytes = encode(list);
      const sealed = Buffer.concat([bytes, encodeSeal(crc32(bytes))]);
      assert.equal(sealedLength(sealed), bytes.length);
      assert.deepEqual(read(StretchIndex.parse(sealed)), read(StretchIndex.parse(bytes)));
      assert.ok(StretchIndex.parse(bytes)?.matches(sealed));
      const at = place % bytes.length;
      sealed[at] = (sealed[at] ?? 0) ^ 1;
      assert.equal(sealedLength(sealed), undefined);
      const found = read(StretchIndex.parse(sealed));
      const whole = read(StretchIndex.parse(bytes));
      assert.deepEqual(found, whole.slice(0, found.length));
    }),
  );
});
