import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { EventSourceParser } from "./event-source-parser.ts";

const parse = (...pieces: string[]) => {
  const parser = new EventSourceParser();
  return pieces.flatMap((piece) => parser.push(piece));
};

test("messages are told with id and data, comments and other fields are passed over", () => {
  assert.deepEqual(
    parse(
      ": hello\nretry: 1000\nid: 6\n\nid: 7\nevent: x\ndata: {\ndata: }\n\n: still here\n\ndata:y\n\n",
    ),
    [
      { id: "6", data: null },
      { id: "7", data: "{\n}" },
      { id: "7", data: "y" },
    ],
  );
});

test("what is not complete is not told", () => {
  assert.deepEqual(parse("id: 7\ndata: x\n"), []);
});

test("line ends may be of three kinds, and a byte order mark may come first", () => {
  assert.deepEqual(parse("\uFEFFdata: a\r\n\r\ndata: b\r\rdata: c\n\n"), [
    { id: undefined, data: "a" },
    { id: undefined, data: "b" },
    { id: undefined, data: "c" },
  ]);
});

test("random pieces change nothing", () => {
  const text =
    "\uFEFFid: 1\r\ndata: é🎬\r\n\r\n: x\rdata: b\r\rid\ndata: c\ndata\n\n\r\ndata: d\r\n\r\n";
  const whole = parse(text);
  assert.equal(whole.length, 4);
  fc.assert(
    fc.property(fc.array(fc.nat(text.length)), (cuts) => {
      const at = [0, ...cuts.toSorted((a, b) => a - b), text.length];
      const pieces = at.slice(1).map((end, index) => text.slice(at[index], end));
      assert.deepEqual(parse(...pieces), whole);
    }),
  );
});

test("a line without end is refused before it fills the memory", () => {
  const parser = new EventSourceParser();
  assert.throws(() => {
    for (let at = 0; at < 100; at++) parser.push("x".repeat(1_048_576));
  }, RangeError);
});
