import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { CAPTION_ROOM, captionBits, captionServices, type NalForm, nalFormOf } from "./index.ts";

const AVC: NalForm = { codec: "avc", lengthBytes: 4 };
const HEVC: NalForm = { codec: "hevc", lengthBytes: 2 };

/** NAL units as a sample holds them. */
function sampleOf({ lengthBytes }: NalForm, ...units: readonly (readonly number[])[]): Uint8Array {
  return Uint8Array.from(
    units.flatMap((unit) => {
      const length = [unit.length >>> 24, unit.length >> 16, unit.length >> 8, unit.length];
      return [...length.slice(4 - lengthBytes), ...unit];
    }),
  );
}

const SIGN = [0xb5, 0, 0x31, 0x47, 0x41, 0x39, 0x34, 3];

/** A SEI with these constructs of `cc_data`, without what keeps start codes out. */
function sei(constructs: readonly (readonly number[])[], { codec }: NalForm = AVC): number[] {
  const payload = [...SIGN, 0xc0 | constructs.length, 0xff, ...constructs.flat(), 0xff];
  const header = codec === "avc" ? [6] : [78, 1];
  return [...header, 4, payload.length, ...payload, 0x80];
}

/** ISO/IEC 14496-10 §7.4.1. */
function escaped(unit: readonly number[]): number[] {
  const written: number[] = [];
  let zeros = 0;
  for (const byte of unit) {
    if (zeros >= 2 && byte <= 3) {
      written.push(3);
      zeros = 0;
    }
    written.push(byte);
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return written;
}

const found = (...constructs: readonly (readonly number[])[]) =>
  captionServices(captionBits(sampleOf(AVC, [9, 0xf0], escaped(sei(constructs)), [0x65]), AVC));

test("control codes tell the four channels of CEA-608, whatever their parity", () => {
  assert.deepEqual(found([0xfc, 0x94, 0x20]), ["CC1"]);
  assert.deepEqual(found([0xfc, 0x14, 0x20]), ["CC1"]);
  assert.deepEqual(found([0xfc, 0x1c, 0x25], [0xfd, 0x15, 0x2f]), ["CC2", "CC3"]);
  assert.deepEqual(found([0xfd, 0x1d, 0xad]), ["CC4"]);
});

test("what is no caption is none: padding, letters, text mode, XDS, constructs that are not valid", () => {
  const none = [
    ...[
      [0xfc, 0x80, 0x80],
      [0xfc, 0x48, 0x45],
      [0xfc, 0x94, 0x2a],
      [0xfd, 0x9d, 0xab],
    ],
    ...[
      [0xfd, 0x01, 0x03],
      [0xf8, 0x94, 0x20],
      [0xfa, 0, 0],
      [0xfc, 0, 0],
    ],
  ];
  assert.deepEqual(found(...none), []);
  assert.equal(captionBits(sampleOf(AVC, sei(none), [0x65]), AVC), CAPTION_ROOM);
});

test("a DTVCC packet tells the service of its first block", () => {
  assert.deepEqual(found([0xff, 0x02, 0x21], [0xfe, 0x41, 0]), ["SERVICE1"]);
  assert.deepEqual(found([0xff, 0x02, 0xc3], [0xff, 0x42, 0x20]), ["SERVICE6"]);
});

test("only what stands before the first slice is looked at, in H.264 and in HEVC", () => {
  const text = [[0xfc, 0x94, 0x20]];
  assert.equal(captionBits(sampleOf(AVC, [0x65, 1], sei(text)), AVC), 0);
  assert.equal(captionBits(sampleOf(AVC, [6, 5, 1, 0], sei(text), [0x41]), AVC), CAPTION_ROOM | 1);
  const hevc = sei(text, HEVC);
  assert.equal(captionBits(sampleOf(HEVC, [70, 1, 0x50], hevc, [0x26, 1]), HEVC), CAPTION_ROOM | 1);
  assert.equal(captionBits(sampleOf(HEVC, [0x26, 1, 0], hevc), HEVC), 0);
});

test("how long a NAL unit's length is stands in the record", () => {
  const about = {
    kind: "video",
    codecString: "",
    width: 2,
    height: 2,
    pixelAspect: [1, 1],
  } as const;
  const record = Uint8Array.of(1, 100, 0, 31, 0xfd);
  assert.deepEqual(nalFormOf({ ...about, codec: "avc", record }), { codec: "avc", lengthBytes: 2 });
  assert.equal(nalFormOf({ ...about, codec: "av1", record }), undefined);
});

test("whatever a SEI carries, with or without captions, it is read to its end and no further", () => {
  const bytes = fc.array(fc.oneof(fc.constantFrom(0, 3, ...SIGN), fc.nat(255)), { maxLength: 60 });
  const units = fc.array(
    fc.oneof(
      bytes,
      bytes.map((more) => [6, 4, 9, ...SIGN, ...more]),
    ),
    { maxLength: 4 },
  );
  fc.assert(
    fc.property(units, fc.nat(80), (many, cut) => {
      const sample = sampleOf(AVC, ...many);
      const bits = captionBits(sample.subarray(0, Math.max(0, sample.length - cut)), AVC);
      assert.ok(bits >= 0 && bits < 0x800);
    }),
    { numRuns: 2000 },
  );
});
