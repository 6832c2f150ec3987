import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { jpegSize } from "./jpeg-size.ts";

const drawn = (size: string): Buffer =>
  execFileSync("ffmpeg", [
    ...["-v", "error", "-f", "lavfi", "-i", `testsrc2=size=${size}`],
    ...["-frames:v", "1", "-f", "mjpeg", "pipe:1"],
  ]);

test("the size of a JPEG is read out of its frame header", () => {
  assert.deepEqual(jpegSize(drawn("1280x720")), { width: 1280, height: 720 });
  assert.deepEqual(jpegSize(drawn("18x34")), { width: 18, height: 34 });
});

test("what is no JPEG, or the beginning of one, has no size, and ends nothing", () => {
  const jpeg = drawn("64x36");
  const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
  for (let length = 0; length < frame + 9; length++)
    assert.equal(jpegSize(jpeg.subarray(0, length)), undefined, `${length} bytes`);
  const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]);
  assert.equal(jpegSize(png), undefined);
  assert.equal(jpegSize(Buffer.from("ffd8ffe00000ffe00000ffe00000", "hex")), undefined);
});
