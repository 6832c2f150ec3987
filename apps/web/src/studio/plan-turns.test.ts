import assert from "node:assert/strict";
import { test } from "node:test";
import { planTurns } from "./plan-turns.ts";
import type { StudioVideo } from "./use-channel.ts";

const NOW = Date.parse("2026-03-01T20:00:00.000Z");
const HOUR = 3_600_000;

function plan(id: string, hours: number | null, state = "planned"): StudioVideo {
  const scheduledAt = hours === null ? null : new Date(NOW + hours * HOUR).toISOString();
  const video = { id, state, scheduledAt, createdAt: "2026-03-01T12:00:00.000Z" };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all that is looked at
  return video as StudioVideo;
}

const turns = (...videos: readonly StudioVideo[]) =>
  planTurns(videos, NOW).map(({ video, isNext, time }) => [video.id, time, isNext]);

test("a page says of each plan whether an encoder that connects now begins it", () => {
  assert.deepEqual(turns(plan("one", null)), [["one", "any", true]]);
  assert.deepEqual(
    turns(plan("tomorrow", 24), plan("in an hour", 1), plan("on air", null, "live")),
    [
      ["in an hour", "soon", true],
      ["tomorrow", "ahead", false],
    ],
  );
  assert.deepEqual(turns(plan("tomorrow", 24), plan("yesterday", -24)), [
    ["yesterday", "over", false],
    ["tomorrow", "ahead", false],
  ]);
  assert.deepEqual(turns(plan("any time", null), plan("at eight", -0.1), plan("later", 1)), [
    ["at eight", "late", true],
    ["any time", "any", false],
    ["later", "soon", false],
  ]);
});
