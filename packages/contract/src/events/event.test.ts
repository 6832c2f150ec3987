import assert from "node:assert/strict";
import { test } from "node:test";
import { newEvent } from "../new-event.ts";
import { catalogue } from "./catalogue.ts";
import { parseEvent, readEvent } from "./event.ts";

const example = (type: string): Record<string, unknown> => {
  const found = catalogue.find((entry) => entry.type === type)?.example;
  assert.ok(typeof found === "object" && found !== null);
  return { ...found };
};

test("an event comes out as it went in, with fields of a newer version", () => {
  const event = { ...example("asset_deleted"), data: { asset: "ast_1", later: true }, more: 1 };
  assert.equal(parseEvent(event), event);
  assert.equal(readEvent(event), event);
});

test("a type that is newer than this version passes with a whole envelope only", () => {
  const event = { ...example("asset_deleted"), type: "asset_painted", data: { colour: "red" } };
  assert.equal(parseEvent(event), event);
  const torn = { ...event, sequence: undefined };
  assert.throws(() => parseEvent(torn), /sequence/);
  assert.throws(() => readEvent(torn), /sequence/);
});

test("data that are not as their type says are found by parseEvent, and trusted by readEvent", () => {
  const event = { ...example("dvr_mp4_export_ready"), data: { export: "exp_1" } };
  assert.throws(() => parseEvent(event), /asset/);
  assert.equal(readEvent(event), event);
});

test("what is no event is refused", () => {
  for (const value of [null, 1, "x", [], {}, { type: "asset_ready" }]) {
    assert.throws(() => readEvent(value));
  }
});

test("a new event carries its data by its type", () => {
  const stream = { id: "str_1", name: "story" };
  assert.deepEqual(newEvent("asset_deleted", { asset: "ast_1" }, { stream, broadcast: "brd_1" }), {
    type: "asset_deleted",
    stream,
    broadcast: "brd_1",
    data: { asset: "ast_1" },
  });
  // @ts-expect-error: an asset_deleted without an asset does not compile
  newEvent("asset_deleted", {});
});

test("events of a type are told apart by the compiler", () => {
  const event = parseEvent(example("dvr_mp4_export_ready"));
  assert.equal(event.type === "dvr_mp4_export_ready" ? event.data.duration : undefined, 594.6);
});
