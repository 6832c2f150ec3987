import assert from "node:assert/strict";
import { test } from "node:test";
import { av1CodecString, hevcCodecString, MalformedInput, vp9CodecString } from "./index.ts";

const bytes = (hex: string): Uint8Array => Buffer.from(hex, "hex");

test("HEVC: profile, compatibility from the lowest bit, tier and level, constraints (14496-15 §E.3)", () => {
  const main = bytes(`01016000000090000000000 05d f000fcfdf8f800000f03`.replaceAll(" ", ""));
  assert.equal(hevcCodecString(main), "hvc1.1.6.L93.90");
  const main10 = bytes("0122200000009000000000007bf000fcfdfafa00000f00");
  assert.equal(hevcCodecString(main10, "hev1"), "hev1.2.4.H123.90");
});

test("AV1: profile, level, tier, depth (AV1 in ISOBMFF §5)", () => {
  assert.equal(av1CodecString(bytes("81040c00")), "av01.0.04M.08");
  assert.equal(av1CodecString(bytes("812dcc00")), "av01.1.13H.10");
});

test("VP9: profile, level, depth (VP in ISOBMFF §2)", () => {
  assert.equal(vp9CodecString(bytes("01000000001f820101010000")), "vp09.00.31.08");
});

test("records that end early are malformed", () => {
  assert.throws(() => hevcCodecString(new Uint8Array(22)), MalformedInput);
  assert.throws(() => av1CodecString(new Uint8Array(3)), MalformedInput);
  assert.throws(() => vp9CodecString(new Uint8Array(11)), MalformedInput);
});
