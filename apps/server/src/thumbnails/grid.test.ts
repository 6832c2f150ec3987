import assert from "node:assert/strict";
import { test } from "node:test";
import { millis } from "@oxbow/media";
import * as fc from "fast-check";
import {
  cornerOf,
  denseGrid,
  gridFor,
  gridName,
  place,
  readGrid,
  sheetAt,
  spanOfSheet,
} from "./grid.ts";
import type { Picture } from "./picture-source.ts";
import { thumbnailsVtt } from "./thumbnails-vtt.ts";

const hd = { width: 1280, height: 720 };
const every = (ms: number, count: number, from = 0): Picture[] =>
  Array.from({ length: count }, (_, at) => ({ at: millis(from + at * ms), name: `p${at}` }));

test("the longer a recording, the further apart its pictures", () => {
  const hours = [0.1, 1, 3, 12, 100];
  assert.deepEqual(
    hours.map((length) => gridName(gridFor(length * 3_600_000, hd))),
    ["2-160x90", "5-160x90", "30-160x90", "60-160x90", "600-160x90"],
  );
});

test("a tile has the aspect of the picture, and even sides", () => {
  assert.deepEqual(gridFor(0, { width: 1080, height: 1920 }).tile, { width: 90, height: 160 });
  assert.deepEqual(gridFor(0, { width: 3026, height: 1386 }).tile, { width: 160, height: 74 });
  assert.deepEqual(gridFor(0, { width: 4000, height: 10 }).tile, { width: 160, height: 16 });
});

test("a grid is read back from its name, and another name is none", () => {
  const size = fc.record({
    width: fc.integer({ min: 1, max: 9000 }),
    height: fc.integer({ min: 1, max: 9000 }),
  });
  fc.assert(
    fc.property(size, fc.nat(10 * 3_600_000), (shown, ms) => {
      const grid = gridFor(ms, shown);
      assert.deepEqual(readGrid(gridName(grid)), grid);
    }),
  );
  for (const name of [
    "3-160x90",
    "10-16x9",
    "10-160x91",
    "10-320x180",
    "x",
    "10-160x",
    "010-160x90",
  ]) {
    assert.equal(readGrid(name), undefined, name);
  }
});

test("who wants few pictures gets a coarser grid, up to the coarsest there is", () => {
  const hour = 3_600_000;
  assert.deepEqual(
    [0, 3, 60, 61, 9999].map((least) => gridFor(hour, hd, least).interval),
    [5, 5, 60, 120, 600],
  );
  assert.equal(gridFor(12 * hour, hd, 10).interval, 60, "a list stays small");
});

test("a tile's time is on its sheet", () => {
  const grid = gridFor(3_600_000, hd);
  fc.assert(
    fc.property(fc.nat(2_000_000_000_000), (time) => {
      const { from, to } = spanOfSheet(grid, sheetAt(grid, millis(time)));
      assert.ok(from <= time && time < to);
    }),
  );
  assert.deepEqual(cornerOf(grid, 13), { x: 480, y: 180 });
});

test("of each interval the first picture is taken", () => {
  const grid = gridFor(60_000, hd);
  assert.deepEqual(
    place(grid, every(1500, 5)).map(({ picture, tile }) => [picture.at, tile]),
    [
      [0, 0],
      [3000, 1],
      [4500, 2],
      [6000, 3],
    ],
  );
});

test("a list names the tile of each time, and its own zero where times are of the clock", () => {
  const from = millis(Date.UTC(2026, 10, 22, 20, 0, 1));
  const pictures = every(2000, 3, from);
  const covered = { from, to: millis(from + 6500), byClock: true };
  assert.equal(
    thumbnailsVtt(gridFor(6500, hd), pictures, covered),
    `WEBVTT
X-ORIGIN:2026-11-22T20:00:01.000Z

00:00:00.000 --> 00:00:02.000
thumbnails/2-160x90/${Math.floor(from / 50_000)}.jpg#xywh=0,0,160,90

00:00:02.000 --> 00:00:04.000
thumbnails/2-160x90/${Math.floor(from / 50_000)}.jpg#xywh=160,0,160,90

00:00:04.000 --> 00:00:06.500
thumbnails/2-160x90/${Math.floor(from / 50_000)}.jpg#xywh=320,0,160,90
`,
  );
});

test("an empty list is a list", () => {
  const covered = { from: millis(0), to: millis(10), byClock: false };
  assert.equal(thumbnailsVtt(gridFor(10, hd), [], covered), "WEBVTT\n");
});

test("cues stand in order without overlap, whatever was recorded", () => {
  const times = fc.uniqueArray(fc.nat(40_000_000), { maxLength: 300 });
  fc.assert(
    fc.property(times, (found) => {
      const pictures = found.toSorted((a, b) => a - b).map((at) => ({ at: millis(at), name: "" }));
      const covered = { from: millis(0), to: millis(40_000_000), byClock: false };
      const text = thumbnailsVtt(gridFor(40_000_000, hd), pictures, covered);
      const stamps = [...text.matchAll(/(\d{2}:\d{2}:\d{2}\.\d{3})/g)].map(
        ([, stamp]) => stamp ?? "",
      );
      assert.deepEqual(stamps, stamps.toSorted());
      assert.ok(stamps.length / 2 <= 721);
    }),
  );
});

test("a grid for those who know nothing but it has a picture in every tile, or there is none", () => {
  const interval = (ms: number, pictures: readonly Picture[]) =>
    denseGrid(ms, hd, pictures)?.interval;
  assert.equal(interval(46_040, every(1000, 47)), 2, "no picture is needed for the last 40 ms");
  assert.equal(interval(47_040, every(4000, 12)), 10);
  assert.equal(interval(60_000, every(30_000, 1)), 60);
  assert.equal(interval(3_600_000, every(2000, 1800)), 5, "no finer than lists are");
  assert.equal(interval(3_600_000, every(1000, 60)), undefined);
  assert.equal(interval(60_000, []), undefined);
});
