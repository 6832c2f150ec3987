import assert from "node:assert/strict";
import { test } from "node:test";
import { takesGzip } from "./encoding.ts";

test("RFC 9110 §12.5.3: gzip is taken where it is wished for, by name or by the star", () => {
  const takes = [
    "gzip",
    "GZIP",
    "x-gzip",
    "gzip, deflate, br, zstd",
    "br;q=1.0, gzip;q=0.8, *;q=0.1",
    "deflate ; q=0.5 , gzip ; Q=0.001",
    "*",
    "identity, gzip",
    "identity;q=0.5, gzip;q=0.5",
  ];
  const refuses = [
    "",
    "identity",
    "br",
    "gzip;q=0",
    "gzip;q=0.000, *",
    "*;q=0",
    "identity;q=1, gzip;q=0.5",
    "gzip;q=2",
    "gzip;level=9",
    "notgzip",
    "x;y=gzip",
  ];
  assert.deepEqual(takes.filter(takesGzip), takes);
  assert.deepEqual(refuses.filter(takesGzip), []);
});

test("what is remembered of headers is bounded and stays right", () => {
  for (let at = 0; at < 2000; at++) assert.equal(takesGzip(`gzip, x-${at}`), true);
  assert.equal(takesGzip("gzip;q=0"), false);
});
