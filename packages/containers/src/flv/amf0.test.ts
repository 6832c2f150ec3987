import assert from "node:assert/strict";
import { test } from "node:test";
import { MalformedInput } from "@oxbow/media";
import * as fc from "fast-check";
import { type AmfValue, EcmaArray, isAmfObject } from "./amf0.ts";
import { readAmf0 } from "./amf0-reader.ts";
import { writeAmf0 } from "./amf0-writer.ts";

const plain = (value: AmfValue): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, item: unknown) => (item === undefined ? "undefined" : item)),
  );

test("AMF 0 §2: every type that encoders send is read", () => {
  const body = Buffer.concat([
    writeAmf0("connect", 1, true, null, undefined, new Date(86_400_000), ["a", 2]),
    writeAmf0(new EcmaArray({ width: 1280, encoder: "obs" })),
    Buffer.from("0c00000002686910000161000162020001630000090f00000001783f", "hex").subarray(0, 27),
  ]);
  const values = readAmf0(body.subarray(0, body.length));
  assert.deepEqual(plain(values), [
    "connect",
    1,
    true,
    null,
    "undefined",
    "1970-01-02T00:00:00.000Z",
    ["a", 2],
    { width: 1280, encoder: "obs" },
    "hi",
    { b: "c" },
    "x",
  ]);
});

test("AMF 0 §2.14: a string beyond 65,535 bytes is a long string", () => {
  const long = "x".repeat(70_000);
  assert.deepEqual(readAmf0(writeAmf0(long)), [long]);
});

test("a member called __proto__ is only a member", () => {
  const [value] = readAmf0(writeAmf0(Object.fromEntries([["__proto__", "evil"]])));
  assert.ok(isAmfObject(value));
  assert.deepEqual(Object.entries(value), [["__proto__", "evil"]]);
  assert.equal(Object.getPrototypeOf(value), null);
});

test("AMF 0 §2.9: a reference is to a complete object only, and counts all that it refers to", () => {
  const two = Buffer.concat([writeAmf0({ a: 1 }), Buffer.of(7, 0, 0)]);
  assert.deepEqual(plain(readAmf0(two)), [{ a: 1 }, { a: 1 }]);
  const cycle = Buffer.of(3, 0, 1, 0x61, 7, 0, 0, 0, 0, 9);
  assert.throws(() => readAmf0(cycle), /Reference 0 is to no complete object/);
  // Each array holds the one before it twice: 2^40 values if references were free.
  const levels: Buffer[] = [writeAmf0([1])];
  for (let at = 0; at < 40; at++) levels.push(Buffer.of(10, 0, 0, 0, 2, 7, 0, at, 7, 0, at));
  assert.throws(() => readAmf0(Buffer.concat(levels)), /More than 4096 values/);
});

test("depth, number and length of values are limited", () => {
  const deep = Buffer.concat(Array.from({ length: 17 }, () => Buffer.of(10, 0, 0, 0, 1)));
  assert.throws(() => readAmf0(Buffer.concat([deep, Buffer.of(5)])), /nest deeper than 16/);
  assert.throws(() => readAmf0(Buffer.alloc(5000, 5)), /More than 4096 values/);
  assert.throws(() => readAmf0(Buffer.of(10, 255, 255, 255, 255)), /cut off/);
  assert.throws(() => readAmf0(Buffer.of(2, 0, 9, 65)), MalformedInput);
});

test("an object whose end marker is missing at the end of a body is accepted", () => {
  const body = writeAmf0({ a: 1 });
  assert.deepEqual(plain(readAmf0(body.subarray(0, body.length - 3))), [{ a: 1 }]);
});

const leaf = fc.oneof(
  fc.double({ noNaN: true }),
  fc.boolean(),
  fc.string(),
  fc.constant(null),
  fc.constant(undefined),
);
const { tree } = fc.letrec<{ tree: AmfValue }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5 },
    leaf,
    fc.array(tie("tree"), { maxLength: 5 }),
    fc.dictionary(fc.string({ minLength: 1 }), tie("tree"), { maxKeys: 5, noNullPrototype: false }),
  ),
}));

test("property: what is written is read again", () => {
  fc.assert(
    fc.property(fc.array(tree, { maxLength: 6 }), (values) => {
      const read = readAmf0(writeAmf0(...values), { depth: 16, values: 1e6 });
      assert.deepEqual(writeAmf0(...read), writeAmf0(...values));
      assert.equal(read.length, values.length);
    }),
  );
});

test("property: random and mutated bytes throw nothing but MalformedInput", () => {
  const mutated = fc.tuple(tree, fc.nat(), fc.nat(255)).map(([value, at, byte]) => {
    const body = writeAmf0("onMetaData", value);
    body[at % body.length] = byte;
    return body;
  });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), mutated), (body) => {
      try {
        readAmf0(body);
      } catch (error) {
        assert.ok(error instanceof MalformedInput, String(error));
      }
    }),
    { numRuns: 2000 },
  );
});
