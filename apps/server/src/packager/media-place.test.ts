import assert from "node:assert/strict";
import { test } from "node:test";
import { initPath, mediaPlace, partPath, picturePath, segmentPath } from "./media-place.ts";

test("every address is read back as what it names", () => {
  const at = { stretch: "stt_01k9", track: 2 };
  assert.deepEqual(mediaPlace(initPath("stt_01k9", 2)), { ...at, what: "init" });
  const segment = { ...at, number: 41 };
  assert.deepEqual(mediaPlace(segmentPath("stt_01k9", 2, 41)), { ...segment, what: "segment" });
  assert.deepEqual(mediaPlace(picturePath("stt_01k9", 2, 41)), { ...segment, what: "picture" });
  const part = { ...segment, what: "part", part: 0 };
  assert.deepEqual(mediaPlace(partPath("stt_01k9", 2, 41, 0)), part);
});

test("what has no one form is no address, so that a cache keeps one copy", () => {
  const others = [
    "stt_1/1/01.m4s",
    "stt_1/1/1.00.m4s",
    "stt_1/3/1.m4s",
    "stt_/1/1.m4s",
    "x/1/1.m4s",
  ];
  for (const path of [
    ...others,
    "stt_1/1/init.mp4/",
    "stt_1/1/1.m4s?",
    "stt_1/1/99999999999.m4s",
  ]) {
    assert.equal(mediaPlace(path), undefined, path);
  }
});
