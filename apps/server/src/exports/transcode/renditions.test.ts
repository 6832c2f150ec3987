import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "@oxbow/contract";
import type { RenditionWish } from "../export-spec.ts";
import { encodedOf } from "./renditions.ts";

const wish = (
  name: string,
  height: number | null = null,
  fps: number | null = null,
): RenditionWish => ({
  ...{ name, height, fps },
  bitrate: null,
});

const FULL = { width: 1920, height: 1080, fps: 59.94 };

test("a rendition keeps the shape of the source, in even pixels, and is never larger", () => {
  const wishes = [wish("source"), wish("2160p", 2160), wish("480p", 480), wish("audio")];
  const sizes = encodedOf(wishes, FULL).map(({ name, width, height }) => [name, width, height]);
  assert.deepEqual(sizes, [
    ["source", 1920, 1080],
    ["480p", 854, 480],
  ]);
});

test("where everything would be upscaled, it is said what there is", () => {
  const refused = (error: unknown): boolean =>
    error instanceof Fault &&
    error.code === "export_mode_unsupported" &&
    /1080 lines/.test(error.message);
  assert.throws(() => encodedOf([wish("2160p", 2160)], FULL), refused);
});

test("pictures are left out evenly where that meets the rate, and never added", () => {
  const rates = [30, 60, 25, 120].map((fps) => encodedOf([wish("a", 720, fps)], FULL)[0]?.rate);
  assert.deepEqual(rates, [{ step: 2 }, null, { fps: 25 }, null]);
});

test("more pixels and more pictures may have more bits", () => {
  const most = (width: number, height: number, fps: number) =>
    encodedOf([wish("source")], { width, height, fps })[0]?.most;
  assert.equal(most(1920, 1080, 30), 6_000_000);
  assert.equal(most(1280, 720, 30), 3_265_986);
  assert.equal(most(1280, 720, 60), 4_950_310);
});
