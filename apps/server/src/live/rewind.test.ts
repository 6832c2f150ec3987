import assert from "node:assert/strict";
import { test } from "node:test";
import { millis } from "@oxbow/media";
import type { MediaPlace } from "../packager/index.ts";
import { audio, OnAir, origin, video } from "./on-air.ts";
import { readPlaylist } from "./read-playlist.ts";
import type { RecordedStretch } from "./recorded-entries.ts";

const bodyOf = (place: MediaPlace): Buffer => Buffer.from(JSON.stringify(place));
const older = (place: MediaPlace) => Promise.resolve({ body: [bodyOf(place)] });

test("?dvr=1 lists the whole broadcast with the numbers and addresses of the live list", () => {
  const air = new OnAir({ older });
  air.publish("start", 60_000);
  const live = readPlaylist(air.read("video.m3u8"));
  const whole = readPlaylist(air.read("video.m3u8?dvr=1"));
  assert.deepEqual([whole.mediaSequence, whole.entries.length], [40, 29]);
  assert.deepEqual(whole.entries.slice(-live.entries.length), live.entries);
  assert.match(
    air.read("index.m3u8?dvr=1"),
    /URI="audio.m3u8\?dvr=1"\n[^\n]+\nvideo.m3u8\?dvr=1\n/,
  );
});

test("§6.2.5.2: the list of the whole broadcast is waited for as the live one is", async () => {
  const air = new OnAir({ older, partMs: 214 });
  air.publish("start", 60_900);
  const held = air.held("video.m3u8?dvr=1&_HLS_msn=70&_HLS_part=4&_HLS_skip=YES");
  assert.equal(air.window.waiting, 1);
  air.feed(300);
  const answer = await held;
  assert.equal(answer, air.answer("video.m3u8?dvr=1&_HLS_msn=69&_HLS_skip=YES"));
  assert.match(Buffer.concat(answer?.body ?? []).toString(), /SKIPPED-SEGMENTS=24\n/);
});

test("what memory has let go is asked of the archive: segments, parts, sections, pictures", async () => {
  const air = new OnAir({ older, partMs: 214 });
  air.publish("start", 60_000);
  const from = async (path: string): Promise<unknown> => {
    const answer = await air.held(path);
    assert.match(answer?.cacheControl ?? "", /immutable/);
    const text = Buffer.concat(answer?.body ?? []).toString("latin1");
    return text.startsWith("{") ? JSON.parse(text) : "memory";
  };
  const at = { stretch: "stt_1", track: 1, number: 10 };
  assert.deepEqual(await from("stt_1/1/10.m4s"), { what: "segment", ...at });
  assert.deepEqual(await from("stt_1/1/10.3.m4s"), { what: "part", ...at, part: 3 });
  assert.deepEqual(await from("stt_1/1/10.iframe.m4s"), { what: "picture", ...at });
  assert.deepEqual(await from("stt_1/1/init.mp4"), "memory");
  assert.deepEqual(await from("stt_0/2/init.mp4"), { what: "init", stretch: "stt_0", track: 2 });
  const last = readPlaylist(air.read("video.m3u8")).entries.findLast(
    ({ uri }) => uri !== undefined,
  );
  assert.deepEqual(await from(last?.uri ?? ""), "memory");
  // Of the stretch that is fed nobody asks the archive for what can't be there.
  assert.equal(air.answer("stt_1/1/99.m4s"), undefined);
});

test("after a restart, what was recorded stands before the new media: gaps, discontinuities, numbers backwards", async () => {
  const segments = (first: number, at: number, count: number) =>
    Array.from({ length: count }, (_, index) => ({
      number: first + index,
      wall: millis(origin + at + index * 2000),
      seconds: 2,
      tracks: [1, 2],
    }));
  const recorded: RecordedStretch[] = [
    { stretch: "stt_a", tracks: [video, audio], segments: segments(0, 0, 3) },
    { stretch: "stt_b", tracks: [video, audio], segments: segments(3, 9000, 2) },
  ];
  const air = new OnAir({ older, recorded: Promise.resolve(recorded), targetDuration: 2 });
  await new Promise(setImmediate);
  air.now = 16_000;
  air.publish("restart", 6100);
  const whole = readPlaylist(air.read("audio.m3u8?dvr=1"));
  assert.deepEqual(
    whole.entries.map(({ sequence, discontinuitySequence, uri, seconds, wall }) => [
      sequence,
      discontinuitySequence,
      uri,
      seconds,
      wall - origin,
    ]),
    [
      [31, 3, "stt_a/2/0.m4s", 2, 0],
      [32, 3, "stt_a/2/1.m4s", 2, 2000],
      [33, 3, "stt_a/2/2.m4s", 2, 4000],
      [34, 3, "gap/2/34.m4s", 2, 6000],
      [35, 3, "gap/2/35.m4s", 1, 8000],
      [36, 4, "stt_b/2/3.m4s", 2, 9000],
      [37, 4, "stt_b/2/4.m4s", 2, 11_000],
      [38, 4, "gap/2/38.m4s", 2, 13_000],
      [39, 4, "gap/2/39.m4s", 1, 15_000],
      [40, 5, "stt_1/2/9.m4s", 2, 16_000],
      [41, 5, "stt_1/2/10.m4s", 2, 18_000],
      [42, 5, "stt_1/2/11.m4s", 2, 20_000],
    ],
  );
  const live = readPlaylist(air.read("audio.m3u8"));
  assert.deepEqual([live.mediaSequence, live.entries[0]?.discontinuitySequence], [40, 5]);
});

test("the list of the whole broadcast is bounded: older entries leave by blocks, and its text follows", () => {
  const air = new OnAir({ older, rewindSeconds: 600 });
  air.publish("start", 500_000);
  const before = readPlaylist(air.read("video.m3u8?dvr=1"));
  assert.equal(before.mediaSequence, 40);
  air.feed(400_000);
  const text = air.read("video.m3u8?dvr=1");
  const after = readPlaylist(text);
  assert.equal(after.mediaSequence % 64, 0);
  const seconds = after.entries.reduce((sum, entry) => sum + entry.seconds, 0);
  assert.ok(seconds <= 600 && seconds > 600 - 2 * 128);
  // The section that the first block took for said is said.
  assert.match(
    text,
    /DISCONTINUITY-SEQUENCE:5\n#EXT-X-MAP:URI="stt_1\/1\/init.mp4"\n#EXT-X-PROGRAM-DATE-TIME/,
  );
  assert.equal(text.split("#EXT-X-MAP").length, 2);
});

test("what retention has taken leaves the list, by blocks; the live list stays", async () => {
  let oldest = 0;
  const air = new OnAir({ older, oldest: () => Promise.resolve(millis(origin + oldest)) });
  air.publish("start", 400_000);
  const sequence = async (): Promise<number> => {
    air.window.tick(millis(air.clock + 60_000 * ++turns));
    await new Promise(setImmediate);
    return readPlaylist(air.read("audio.m3u8?dvr=1")).mediaSequence;
  };
  let turns = 0;
  assert.equal(await sequence(), 40);
  oldest = 47_000;
  assert.equal(await sequence(), 40, "the first block is not over");
  oldest = 190_000;
  assert.equal(await sequence(), 128);
  oldest = 900_000;
  const live = readPlaylist(air.read("audio.m3u8"));
  assert.ok((await sequence()) <= live.mediaSequence);
  assert.deepEqual(readPlaylist(air.read("audio.m3u8")), live);
});

test("while the disk takes nothing, memory keeps what the live list needs, and no more", () => {
  let recorded = 0;
  const asked: MediaPlace[] = [];
  const air = new OnAir({
    recordedTo: () => millis(origin + recorded),
    older: (place) => {
      asked.push(place);
      return older(place);
    },
  });
  air.publish("start", 60_000);
  const { entries } = readPlaylist(air.read("video.m3u8"));
  for (const { uri } of entries) assert.ok(air.answer(uri ?? ""));
  assert.deepEqual(asked, []);
  assert.ok(air.window.route("stt_1/1/9.m4s") instanceof Promise, "what left long ago is let go");
  recorded = 60_000;
  air.feed(2100);
  assert.ok(air.window.route(entries[1]?.uri ?? "") instanceof Promise);
});
