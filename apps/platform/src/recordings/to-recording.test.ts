import assert from "node:assert/strict";
import { test } from "node:test";
import { type RecordingFacts, toRecording } from "./to-recording.ts";

const at = (second: number) => new Date(1_772_395_200_000 + second * 1000).toISOString();
const tracks = [{ kind: "video", codec: "avc1.64001f", width: 1280, height: 720 }] as const;
const range = (from: number, to: number, broadcast: string) => ({
  ...{ from: at(from), to: at(to), bytes: 1000, tracks: [...tracks], broadcast },
});

const facts: RecordingFacts = {
  video: { id: "vid_1", title: "A show", broadcast: "brd_1", running: false },
  archive: {
    oldest: at(0),
    newest: at(500),
    bytes: 9000,
    ranges: [range(0, 10, "brd_0"), range(20, 60, "brd_1"), range(70, 90, "brd_1")],
    gaps: [
      { from: at(60), to: at(70), reason: "reconnect" },
      { from: at(5), to: at(6), reason: "reconnect" },
    ],
  },
  retention: { days: 2 },
  markers: [
    { id: "mrk_2", label: "Goal", at: Date.parse(at(80)) },
    { id: "mrk_1", label: "Kick-off", at: Date.parse(at(30)) },
    { id: "mrk_0", label: "Gone", at: Date.parse(at(3)) },
  ],
  playback: {
    id: "str_1",
    kind: "vod",
    hls: "https://media.test/t/TOKEN/dvr/story/index.m3u8?from=1&to=2",
    thumbnails: "https://media.test/t/TOKEN/dvr/story/thumbnails.vtt?from=1&to=2",
    poster: "https://media.test/t/TOKEN/dvr/story/poster.jpg?from=1&to=2",
    token: "TOKEN",
    expiresAt: Date.parse(at(900)),
  },
  at: "https://media.test/t/TOKEN/dvr/story",
};

test("a recording is its own broadcast's ranges, with the gaps and markers within", () => {
  const { broadcast: _, ...first } = range(20, 60, "brd_1");
  const { broadcast: __, ...second } = range(70, 90, "brd_1");
  assert.deepEqual(toRecording(facts), {
    video: { id: "vid_1", title: "A show" },
    running: false,
    from: at(20),
    to: at(90),
    ranges: [
      { ...first, renditions: ["source"] },
      { ...second, renditions: ["source"] },
    ],
    gaps: [{ from: at(60), to: at(70), reason: "reconnect" }],
    markers: [
      { id: "mrk_1", label: "Kick-off", at: at(30) },
      { id: "mrk_2", label: "Goal", at: at(80) },
    ],
    bytes: 2000,
    expiresAt: at(20 + 2 * 86_400),
    playback: {
      hls: "https://media.test/t/TOKEN/dvr/story/index.m3u8?from=1&to=2",
      iframes: "https://media.test/t/TOKEN/dvr/story/iframes.m3u8?from=1&to=2",
      thumbnails: "https://media.test/t/TOKEN/dvr/story/thumbnails.vtt?from=1&to=2",
      poster: "https://media.test/t/TOKEN/dvr/story/poster.jpg?from=1&to=2",
      download: "https://media.test/t/TOKEN/dvr/story/{from}-{to}.mp4",
      token: "TOKEN",
      expiresAt: at(900),
    },
  });
});

test("where the archive has nothing of the broadcast, there is no recording", () => {
  const archive = { ...facts.archive, ranges: [range(0, 10, "brd_0")] };
  assert.equal(toRecording({ ...facts, archive }), undefined);
});

test("an encoder that came and went for half a day has an answer of a bounded size", () => {
  // Ten seconds each, a second apart; after every hundredth a minute.
  const starts = Array.from({ length: 4000 }, (_, n) => n * 11 + Math.floor(n / 100) * 60);
  const ranges = starts.map((start) => range(start, start + 10, "brd_1"));
  const gaps = starts.slice(1).map((start, n) => {
    return { from: at((starts[n] ?? 0) + 10), to: at(start), reason: "reconnect" as const };
  });
  const found = toRecording({ ...facts, archive: { ...facts.archive, ranges, gaps }, markers: [] });
  assert.ok(found !== undefined && JSON.stringify(found).length < 400_000);
  assert.deepEqual([found.ranges.length, found.gaps.length], [1000, 1000]);
  // Each of the long holes is told, and nothing of what there is was left out.
  const long = found.gaps.filter(({ from, to }) => Date.parse(to) - Date.parse(from) === 61_000);
  const broken = found.ranges.filter(
    ({ from }, n) => Date.parse(from) - Date.parse(found.ranges[n - 1]?.to ?? from) === 61_000,
  );
  assert.deepEqual([long.length, broken.length], [39, 39]);
  assert.deepEqual(
    [found.from, found.to, found.bytes],
    [at(0), at((starts.at(-1) ?? 0) + 10), 4_000_000],
  );
});
