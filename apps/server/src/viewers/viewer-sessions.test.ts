import assert from "node:assert/strict";
import { test } from "node:test";
import { plus } from "@oxbow/media";
import type { Viewing } from "./ports.ts";
import {
  requestOf,
  streamOf,
  type TestViewers,
  testViewers,
  titlesOf,
} from "./viewers-for-tests.ts";

/** One who is let in at once. */
function enters(
  { viewers }: TestViewers,
  url: string,
  more: Parameters<typeof requestOf>[1] = {},
): Viewing {
  const admission = viewers.admit(requestOf(url, more));
  assert.ok(admission && "served" in admission);
  return admission;
}

test("requests of one viewer are one session: told when it begins, and when it was last heard of", async () => {
  const on = testViewers();
  const { viewers, world, told } = on;
  enters(on, "/live/story/index.m3u8").served(undefined, 500);
  world.time = plus(world.time, 10_000);
  enters(on, "/live/story/stt_1/1/7.m4s").served(undefined, 2_000);
  assert.deepEqual(viewers.sessions(), [
    {
      id: "ses_0001",
      stream: { id: "str_story", name: "story" },
      asset: null,
      broadcast: "brd_story",
      protocol: "hls",
      rendition: "source",
      address: "192.0.2.1",
      userAgent: "a player",
      bytes: 2_500,
      since: world.time - 10_000,
    },
  ]);
  assert.deepEqual(viewers.count("str_story", "brd_story"), { now: 1, peak: 1 });
  // Three targets are less than the half minute that everybody has.
  world.time = plus(world.time, 30_000);
  viewers.sweep();
  assert.equal(viewers.sessions().length, 1);
  world.time = plus(world.time, 1);
  viewers.sweep();
  await viewers[Symbol.asyncDispose]();
  const facts = { session: "ses_0001", protocol: "hls", rendition: "source" };
  const about = { stream: { id: "str_story", name: "story" }, broadcast: "brd_story" };
  assert.deepEqual(told, [
    { type: "play_started", ...about, data: facts },
    { type: "play_stopped", ...about, data: { ...facts, seconds: 10, bytes: 2_500 } },
  ]);
});

test("of a ladder, a viewer plays what its playlists and files name", async () => {
  const ladder = ["source", { name: "small", height: 240 }] as const;
  const streams = [streamOf("story", undefined, ladder), streamOf("own", undefined, "source")];
  const on = testViewers({
    titles: titlesOf(streams, { ast_1: { policy: "public", stream: null } }),
  });
  const { viewers, told } = on;
  const played = async (...urls: string[]) => {
    const found: unknown[] = [];
    for (const url of urls) {
      const admission = await viewers.admit(requestOf(url));
      assert.ok(admission && "served" in admission);
      admission.served(undefined, 1);
      found.push(viewers.sessions().at(-1)?.rendition);
    }
    return found;
  };
  assert.deepEqual(
    await played(
      "/live/story/index.m3u8",
      "/live/story/stt_1/1/7.m4s",
      "/live/story/video-small.m3u8?dvr=1",
      "/live/story/stt_2/1/7.m4s",
      "/live/story/audio.m3u8",
      "/dvr/story/video.m3u8?from=1",
      "/dvr/story/1-2.mp4?rendition=720p",
      "/dvr/story/1-2.mp4",
    ),
    [null, null, "small", "small", "small", "source", "720p", "source"],
  );
  assert.deepEqual(await played("/live/own/index.m3u8"), ["source"]);
  const files = ["index.m3u8", "video.m3u8", "video-480p.m3u8", "480p/1/init.mp4", "source.mp4"];
  assert.deepEqual(await played(...files.map((path) => `/vod/ast_1/${path}`)), [
    null,
    null,
    "480p",
    "480p",
    "source",
  ]);
  assert.deepEqual(await played("/live/story.flv"), ["source"]);
  await viewers[Symbol.asyncDispose]();
  const renditions = (type: string) =>
    told.filter((event) => event.type === type).map(({ data }) => data["rendition"]);
  assert.deepEqual(renditions("play_started"), [null, "source", null, "source"]);
  assert.deepEqual(renditions("play_stopped"), ["source", "source", "source", "source"]);
});

test("who is only let in, and sent nothing, has watched nothing", async () => {
  const on = testViewers();
  enters(on, "/live/story/index.m3u8");
  on.viewers.sweep();
  assert.deepEqual(
    [on.viewers.sessions(), on.viewers.count("str_story", null)],
    [[], { now: 0, peak: 0 }],
  );
  await on.viewers[Symbol.asyncDispose]();
  assert.deepEqual(on.told, []);
});

test("those who look at a stream that is over are not counted", () => {
  const over = { ...streamOf("story"), broadcast: null };
  const on = testViewers({ titles: titlesOf([over]) });
  assert.equal(on.viewers.admit(requestOf("/live/story/index.m3u8")), undefined);
});

test("viewers are told apart by address and user agent, connections each by itself, assets by their id", async () => {
  const titles = titlesOf([streamOf("story")], {
    ast_1: { policy: "public", stream: null },
  });
  const on = testViewers({ titles });
  for (const address of ["::1", "::2"]) {
    for (const userAgent of ["one", "two"]) {
      enters(on, "/live/story/index.m3u8", { address, userAgent }).served(undefined, 1);
      enters(on, "/live/story/index.m3u8", { address, userAgent }).served(undefined, 1);
    }
  }
  const connections = [1, 2].map(() => enters(on, "/live/story.flv"));
  for (const flv of connections) {
    flv.joined(undefined, { close: () => {} });
    flv.served(undefined, 10);
  }
  const vod = await on.viewers.admit(requestOf("/vod/ast_1/source.mp4"));
  assert.ok(vod && "served" in vod);
  vod.served(undefined, 7);
  const sessions = on.viewers.sessions();
  const by = Object.groupBy(sessions, ({ protocol }) => protocol);
  assert.deepEqual([by["hls"]?.length, by["flv"]?.length, by["mp4"]?.length], [4, 2, 1]);
  assert.deepEqual([by["mp4"]?.[0]?.asset, by["mp4"]?.[0]?.stream], ["ast_1", null]);
  for (const flv of connections) flv.left(undefined);
  assert.equal(on.viewers.count("str_story", "brd_story").now, 4);
  assert.deepEqual(on.viewers.count("str_story", "brd_next"), { now: 4, peak: 4 });
  assert.equal(on.viewers.count("str_story", "brd_story").peak, 6);
});

test("ids of listeners tell how many are behind one address and user agent", () => {
  const on = testViewers();
  const listeners = ["a", "b", "b", "c"].map((session) =>
    enters(on, "/live/story/events", { query: new URLSearchParams({ session }) }),
  );
  for (const listener of listeners) listener.joined(undefined, { close: () => {} });
  assert.equal(on.viewers.count("str_story", "brd_story").now, 0, "who listens does not watch yet");
  enters(on, "/live/story/index.m3u8").served(undefined, 1);
  assert.equal(on.viewers.count("str_story", "brd_story").now, 3);
  for (const listener of listeners.slice(0, 2)) listener.left(undefined);
  assert.equal(on.viewers.count("str_story", "brd_story").now, 2);
  for (const listener of listeners) listener.left(undefined);
  assert.equal(on.viewers.count("str_story", "brd_story").now, 1);
});

test("a connection that counts for itself is counted when somebody looks, and when it ends", async () => {
  const on = testViewers();
  const attempt = { protocol: "rtmp", token: null, client: "ffplay", address: "[::1]:1234" };
  const played = await on.viewers.admitPlay({ ...attempt, stream: { id: "str_story" } });
  assert.ok(played.ok);
  const connection = { bytes: 0, close: () => {} };
  played.session.began(connection);
  connection.bytes = 1_000;
  const [session] = on.viewers.sessions();
  assert.deepEqual([session?.protocol, session?.address, session?.bytes], ["rtmp", "::1", 1_000]);
  connection.bytes = 3_000;
  on.world.time = plus(on.world.time, 90_000);
  on.viewers.sweep();
  assert.equal(on.viewers.sessions().length, 1, "a connection is there as long as it is");
  played.session.ended();
  await on.viewers[Symbol.asyncDispose]();
  assert.deepEqual(on.told.at(-1)?.data, {
    session: session?.id,
    protocol: "rtmp",
    rendition: "source",
    seconds: 90,
    bytes: 3_000,
  });
});

test("metrics tell viewers, sessions and bytes of each protocol, and no stream", async () => {
  const on = testViewers();
  enters(on, "/live/story/index.m3u8", { address: "::1" }).served(undefined, 10);
  enters(on, "/live/story/manifest.mpd", { address: "::2" }).served(undefined, 20);
  const flv = enters(on, "/live/story.flv");
  flv.served(undefined, 30);
  flv.left(undefined);
  const lines = (await on.world.metrics.metrics()).split("\n");
  assert.deepEqual(
    lines.filter((line) => /^oxbow_(viewers|play_sessions|delivered)/.test(line)),
    [
      'oxbow_viewers{protocol="hls"} 1',
      'oxbow_viewers{protocol="dash"} 1',
      'oxbow_viewers{protocol="flv"} 0',
      'oxbow_play_sessions_total{protocol="hls"} 1',
      'oxbow_play_sessions_total{protocol="dash"} 1',
      'oxbow_play_sessions_total{protocol="flv"} 1',
      'oxbow_delivered_bytes_total{protocol="hls"} 10',
      'oxbow_delivered_bytes_total{protocol="dash"} 20',
      'oxbow_delivered_bytes_total{protocol="flv"} 30',
    ],
  );
});

test("a thousand viewers who come at once are told in few batches, and in none where it is off", async () => {
  for (const playEvents of [true, false]) {
    const batches: number[] = [];
    const events = { tell: async (told: readonly unknown[]) => void batches.push(told.length) };
    const on = testViewers({ events, playEvents });
    for (let n = 0; n < 1_000; n += 1) {
      enters(on, "/live/story/index.m3u8", { address: `2001:db8::${n}` }).served(undefined, 1);
    }
    assert.deepEqual(on.viewers.count("str_story", "brd_story"), { now: 1_000, peak: 1_000 });
    await on.viewers[Symbol.asyncDispose]();
    assert.deepEqual(batches, playEvents ? [500, 500, 500, 500] : []);
  }
});

test("a hundred thousand made-up viewers leave no more behind than there may be", () => {
  const on = testViewers();
  const watching = enters(on, "/live/story.flv");
  watching.joined(undefined, { close: () => {} });
  watching.served(undefined, 1);
  for (let n = 0; n < 100_000; n += 1) {
    const address = `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`;
    enters(on, "/live/story/index.m3u8", { address }).served(undefined, 1);
  }
  const sessions = on.viewers.sessions();
  assert.equal(sessions.length, 50_000);
  assert.equal(sessions.filter(({ protocol }) => protocol === "flv").length, 1, "connections stay");
  // Behind one address, user agents are made up without an end.
  const one = testViewers();
  for (let n = 0; n < 5_000; n += 1) {
    enters(one, "/live/story/index.m3u8", { userAgent: `bot ${n}` }).served(undefined, 1);
  }
  assert.equal(one.viewers.sessions().length, 1_001);
});
