import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { MalformedInput, parseAc3Config, parseEac3Config, parseHevcConfig } from "./index.ts";

const bytes = (hex: string): Uint8Array => Buffer.from(hex, "hex");

test("AC-3: rate and channels are those of the stream, low frequencies included (TS 102 366 §F.4)", () => {
  const { sampleRate, channels, codecString } = parseAc3Config(bytes("103dc0"));
  assert.deepEqual(
    { sampleRate, channels, codecString },
    {
      sampleRate: 48_000,
      channels: 6,
      codecString: "ac-3",
    },
  );
});

test("E-AC-3: the first substream, and what depends on it (TS 102 366 §F.6)", () => {
  const plain = parseEac3Config(bytes("0c00200f00"));
  assert.deepEqual([plain.sampleRate, plain.channels], [48_000, 6]);
  const more = parseEac3Config(bytes("0c00200f0202"));
  assert.deepEqual([more.channels, more.codecString], [8, "ec-3"]);
});

test("a record that ends early, or of a rate that is none, is malformed", () => {
  assert.throws(() => parseAc3Config(bytes("10")), MalformedInput);
  assert.throws(() => parseAc3Config(bytes("c03dc0")), MalformedInput);
  assert.throws(() => parseEac3Config(bytes("0c00c00f00")), MalformedInput);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (record) => {
      for (const parse of [parseAc3Config, parseEac3Config, parseHevcConfig]) {
        try {
          parse(record);
        } catch (error) {
          assert.ok(error instanceof MalformedInput);
        }
      }
    }),
  );
});
