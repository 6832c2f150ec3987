import assert from "node:assert/strict";
import { test } from "node:test";
import { Slab } from "./slab.ts";

test("buffers of a slab stand apart, whatever their lengths", () => {
  const slab = new Slab();
  const taken = [10, 0, 131_072, 20_000, 32_768, 32_768, 32_768, 32_768, 5].map((bytes, at) =>
    slab.take(bytes).fill(at),
  );
  for (const [at, buffer] of taken.entries()) {
    assert.ok(buffer.every((byte) => byte === at));
  }
  assert.deepEqual(
    taken.map((buffer) => buffer.length),
    [10, 0, 131_072, 20_000, 32_768, 32_768, 32_768, 32_768, 5],
  );
});

test("small buffers share their memory; a large one has its own", () => {
  const slab = new Slab();
  const [one, two, large] = [slab.take(100), slab.take(100), slab.take(100_000)];
  assert.equal(one.buffer, two.buffer);
  assert.notEqual(one.buffer, large.buffer);
  assert.equal(large.buffer.byteLength, 100_000);
});
