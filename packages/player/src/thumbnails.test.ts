import assert from "node:assert/strict";
import { test } from "node:test";
import { readThumbnails, thumbnailAt } from "./thumbnails.ts";

const vtt = `WEBVTT
X-ORIGIN:2025-11-22T08:26:40.000Z

NOTE made from keyframes

1
00:00.000 --> 00:10.000
thumbnails/0.jpg#xywh=0,0,160,90

00:10.000 --> 00:20.000
thumbnails/0.jpg#xywh=160,0,160,90

01:00:00.000 --> 01:00:10.000 align:start
/elsewhere.jpg

00:30.000 --> broken
x.jpg
`;

test("cues become pictures with their place on the sheet, relative to the list", () => {
  const read = readThumbnails(vtt, "http://a/t/TOKEN/vod/ast_1/thumbnails.vtt");
  assert.equal(read.origin, 1_763_800_000_000);
  assert.deepEqual(read.pictures, [
    {
      from: 0,
      to: 10,
      url: "http://a/t/TOKEN/vod/ast_1/thumbnails/0.jpg",
      area: { x: 0, y: 0, w: 160, h: 90 },
    },
    {
      from: 10,
      to: 20,
      url: "http://a/t/TOKEN/vod/ast_1/thumbnails/0.jpg",
      area: { x: 160, y: 0, w: 160, h: 90 },
    },
    { from: 3600, to: 3610, url: "http://a/elsewhere.jpg" },
  ]);
});

test("the picture of a moment is the last one that began before it", () => {
  const list = readThumbnails(vtt, "http://a/").pictures;
  assert.deepEqual(
    [-1, 0, 9.9, 10, 25, 4000].map((time) => thumbnailAt(list, time)?.from),
    [undefined, 0, 0, 10, 10, 3600],
  );
  assert.deepEqual(readThumbnails("WEBVTT\n", "http://a/"), { pictures: [] });
});
