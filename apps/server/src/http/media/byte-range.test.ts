import assert from "node:assert/strict";
import { test } from "node:test";
import { byteRange, names } from "./byte-range.ts";

test("RFC 9110 §14.1.2: first and last byte, open end, suffix", () => {
  assert.deepEqual(byteRange("bytes=0-9", 100), { start: 0, end: 10 });
  assert.deepEqual(byteRange("bytes=90-", 100), { start: 90, end: 100 });
  assert.deepEqual(byteRange("bytes=90-1000", 100), { start: 90, end: 100 });
  assert.deepEqual(byteRange("bytes=-10", 100), { start: 90, end: 100 });
  assert.deepEqual(byteRange("bytes=-1000", 100), { start: 0, end: 100 });
});

test("RFC 9110 §15.5.17: a range outside of the body is not satisfiable", () => {
  assert.equal(byteRange("bytes=100-", 100), "outside");
  assert.equal(byteRange("bytes=-0", 100), "outside");
});

test("RFC 9110 §14.2: what is not understood is ignored", () => {
  for (const header of [
    undefined,
    "items=0-1",
    "bytes=",
    "bytes=-",
    "bytes=5-2",
    "bytes=0-1,3-4",
  ]) {
    assert.equal(byteRange(header, 100), "whole", String(header));
  }
});

test("RFC 9110 §13.1.2: entity tags are compared weakly, and a star is any", () => {
  assert.ok(names('"a", W/"b"', '"b"'));
  assert.ok(names("*", '"b"'));
  assert.ok(!names('"a"', '"b"'));
  assert.ok(!names(undefined, '"b"'));
});
