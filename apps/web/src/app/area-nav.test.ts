import assert from "node:assert/strict";
import { test } from "node:test";
import { currentLine, type NavLine } from "./area-nav.ts";

const line = (href: string): NavLine => ({ href, icon: "film", text: "videos" });
const lines = [line("/studio"), line("/studio/videos"), line("/studio/videos/old")];

test("the line of a page is the longest that its path begins with, by whole names", () => {
  const shown = (path: string): string | undefined => currentLine(lines, path)?.href;
  assert.deepEqual(
    [
      "/studio",
      "/studio/live",
      "/studio/videos",
      "/studio/videos/vid_1",
      "/studio/videosque",
      "/",
    ].map(shown),
    ["/studio", "/studio", "/studio/videos", "/studio/videos", "/studio", undefined],
  );
});
