import assert from "node:assert/strict";
import { test } from "node:test";
import { toldRefusal } from "./entities/told-refusal-for-tests.ts";
import {
  ExportCreate,
  Fault,
  PinCreate,
  SinkCreate,
  SinkReplay,
  StreamCreate,
  StreamUpdate,
  validate,
} from "./index.ts";

const fits = (name: string) => StreamCreate.safeParse({ name }).success;

const windowFits = (reconnectWindow: unknown) =>
  StreamCreate.safeParse({ name: "a", reconnectWindow }).success;

const readAs = (value: unknown) => PinCreate.safeParse({ from: value, to: value }).data?.from;

test("a stream needs a name, and gets the rest by default", () => {
  assert.deepEqual(validate(StreamCreate, { name: "story" }), {
    name: "story",
    title: null,
    record: true,
    reconnectWindow: 30,
    retention: null,
    endOnUnpublish: true,
    playback: { policy: "public" },
    latency: "normal",
    ladder: ["source"],
    recordRenditions: "all",
    autoExport: false,
  });
});

test("no text holds U+0000, which PostgreSQL would not take, however deep it stands", () => {
  const message = (field: string) => `${field}: must not hold the character U+0000`;
  assert.deepEqual(toldRefusal(StreamCreate, { name: "a", title: "a\0b" }), [
    "title",
    message("title"),
  ]);
  const asked = { broadcast: "brd_1", metadata: { deep: "\0" } };
  assert.deepEqual(toldRefusal(ExportCreate, asked), ["metadata.deep", message("metadata.deep")]);
});

test("names are fit for a URL and can't be taken for an id", () => {
  for (const name of ["a", "0", "my-show", "my_show.2", "x".repeat(64)])
    assert.ok(fits(name), name);
  const unfit = ["", "A", "x".repeat(65), "a b", "a/b", "-a", ".", "..", "é", "str_1", "a?", "a#"];
  for (const name of unfit) assert.ok(!fits(name), name);
});

test("an export is asked for by stream and times, or by broadcast", () => {
  const options = {
    mode: "copy",
    cut: "keyframe",
    gaps: "skip",
    packing: "auto",
    checksum: "sha256",
    title: null,
    metadata: {},
  };
  assert.deepEqual(
    validate(ExportCreate, {
      stream: "story",
      from: "2026-03-01T21:00:00+01:00",
      to: 1_772_395_260_000,
    }),
    { stream: "story", from: 1_772_395_200_000, to: 1_772_395_260_000, ...options },
  );
  assert.deepEqual(validate(ExportCreate, { broadcast: "brd_1", gaps: "fail" }), {
    broadcast: "brd_1",
    ...options,
    gaps: "fail",
  });
});

test("a refused export is told what is wrong with the shape that was meant", () => {
  const either = "give a broadcast, or a stream with from and to";
  assert.deepEqual(toldRefusal(ExportCreate, {}), ["broadcast", `broadcast: ${either}`]);
  assert.deepEqual(toldRefusal(ExportCreate, { stream: "story", from: 1 }), [
    "to",
    'to: give a time like "2026-03-01T20:00:00.000Z", or Unix milliseconds',
  ]);
  assert.deepEqual(toldRefusal(ExportCreate, { broadcast: "brd_1", mode: "fast" }), [
    "mode",
    'mode: give one of "copy", "transcode"',
  ]);
  assert.deepEqual(toldRefusal(ExportCreate, { broadcast: "brd_1", stream: "story" }), [
    "stream",
    "stream: is not a field of this request: remove it",
  ]);
  assert.deepEqual(toldRefusal(ExportCreate, { broadcast: "brd_1", metadata: { a: {} } }), [
    "metadata.a",
    "metadata.a: give text, a number, true, false or null",
  ]);
});

test("times are RFC 3339 or Unix milliseconds, also as digits, and nothing else", () => {
  assert.equal(readAs("2026-03-01T20:00:00.000Z"), 1_772_395_200_000);
  assert.equal(readAs("2026-03-01T20:00:00Z"), 1_772_395_200_000);
  assert.equal(readAs("1772395200000"), 1_772_395_200_000);
  assert.equal(readAs(0), 0);
  const unfit = ["", "now", "2026-03-01", "2026-02-30T00:00:00Z", -1, 0.5, 1e300, null, true, "-5"];
  for (const value of unfit) assert.equal(readAs(value), undefined, String(value));
});

test("changes name at least one field, and never the name", () => {
  assert.deepEqual(toldRefusal(StreamUpdate, {}), [
    undefined,
    "The request is refused: give at least one field",
  ]);
  assert.equal(toldRefusal(StreamUpdate, { name: "other" })[0], "name");
  assert.deepEqual(validate(StreamUpdate, { retention: null }), { retention: null });
});

test("limits hold at their edges", () => {
  assert.deepEqual([0, 1800, -1, 1801, 1.5, "30"].map(windowFits), [
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});

test("a sink takes http and https URLs and known event types", () => {
  assert.deepEqual(validate(SinkCreate, { url: "http://127.0.0.1:3000/hook" }), {
    url: "http://127.0.0.1:3000/hook",
    types: [],
    streams: [],
    enabled: true,
    rate: null,
    batch: 1,
  });
  assert.deepEqual(toldRefusal(SinkCreate, { url: "ftp://a/b" }), [
    "url",
    "url: give an absolute http or https URL",
  ]);
  assert.equal(toldRefusal(SinkCreate, { url: "http://a/b", types: ["nothing"] })[0], "types.0");
  assert.equal(toldRefusal(SinkReplay, { after: 1, from: 1, to: 2 })[0], "after");
});

test("a request with many mistakes is told about the first twenty", () => {
  const value = Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`x${at}`, at]));
  try {
    validate(StreamCreate, { name: "a", ...value });
    assert.fail("passed");
  } catch (error) {
    assert.ok(error instanceof Fault);
    const all = error.details["errors"];
    assert.ok(Array.isArray(all) && all.length === 20);
  }
});
