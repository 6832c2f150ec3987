import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, test } from "node:test";
import { FlvDemuxer, readScriptTag, readVideoTag } from "@oxbow/containers";
import { AUDIO_TRACK, type Frame, type Track, VIDEO_TRACK } from "@oxbow/media";
import { makeClip } from "../../../../fixtures/clip.ts";
import { Channel } from "./channel.ts";
import { readClip, TestClock, TestWriter, testLimits } from "./test-clip.ts";
import { chunkedFlvFormat, flvFormat, LAST_CHUNK, rtmpFormat } from "./wire-format.ts";

let tracks: readonly Track[] = [];
let frames: readonly Frame[] = [];

before(async () => {
  const folder = await mkdtemp(join(tmpdir(), "oxbow-channel-"));
  const file = join(folder, "clip.flv");
  await makeClip(file, { duration: 3, gop: 1 });
  ({ tracks, frames } = await readClip(file));
  await rm(folder, { recursive: true });
});

function channelOf(clock: TestClock, more: object = {}): Channel {
  return new Channel({
    now: clock.now,
    windowMs: 100,
    limits: { ...testLimits, ...more },
    slow: () => undefined,
    over: () => undefined,
  });
}

/** Sends frames as their times say; `each` is called between them. */
function send(
  channel: Channel,
  clock: TestClock,
  some: readonly Frame[],
  each: (frame: Frame) => void = () => undefined,
): void {
  let last = some[0]?.dts ?? 0;
  for (const frame of some) {
    clock.pass(Math.max(0, frame.dts - last));
    last = Math.max(last, frame.dts);
    channel.frame(frame);
    each(frame);
  }
}

const shown = (bytes: Buffer) =>
  new FlvDemuxer().push(bytes).map(({ kind, timestamp, body }) => {
    const media = kind === "video" ? readVideoTag(body) : undefined;
    if (kind === "script") return readScriptTag(body).name;
    const header = media ? media.is === "config" : body[1] === 0;
    return `${kind}${header ? " header" : ""}${media?.is === "frame" && media.key ? " key" : ""} ${timestamp}`;
  });

test("all readers get the same buffers, one for each merge window", () => {
  const clock = new TestClock();
  const channel = channelOf(clock);
  const [one, two] = [new TestWriter(), new TestWriter()];
  channel.begin({ reason: "start", tracks });
  channel.join(one, flvFormat);
  channel.join(two, flvFormat);
  send(channel, clock, frames);
  channel.end();
  assert.ok(one.buffers.length > 20);
  // What a connection begins with is its own.
  for (const [at, buffer] of one.buffers.entries()) {
    if (at > 0) assert.equal(buffer, two.buffers[at]);
  }
  // Three seconds, cut each 100 ms and at the three keyframes.
  assert.ok(one.writes.length >= 24 && one.writes.length <= 36, `${one.writes.length} writes`);
  assert.deepEqual([one.closed, two.closed], ["ended", "ended"]);
  const sizes = frames.reduce((sum, { data }) => sum + data.length, 0);
  const got = new FlvDemuxer().push(one.bytes);
  assert.equal(got.filter(({ kind }) => kind === "video").length, 91);
  assert.ok(one.bytes.length > sizes && one.bytes.length < sizes * 1.2);
});

test("who joins begins with headers, then the keyframe of the group that is shown, at once", () => {
  for (const format of [flvFormat, rtmpFormat]) {
    const clock = new TestClock();
    const channel = channelOf(clock);
    const late = new TestWriter();
    channel.begin({ reason: "start", tracks });
    const half = frames.findIndex(({ track, dts }) => track === VIDEO_TRACK && dts > 1600);
    send(channel, clock, frames.slice(0, half));
    channel.join(late, format);
    assert.equal(late.writes.length, 1);
    if (format !== flvFormat) continue;
    const tags = shown(late.bytes);
    const key = frames.find(({ track, key: is, dts }) => track === VIDEO_TRACK && is && dts > 900);
    assert.deepEqual(tags.slice(0, 4), [
      "onMetaData",
      `video header ${key?.dts}`,
      `audio header ${key?.dts}`,
      `video key ${key?.dts}`,
    ]);
    assert.ok(tags.length > 40, `${tags.length} tags`);
    channel.end();
  }
});

test("a reader of HTTP/1.1 gets whole chunks, and the body's end only where the broadcast ended", async () => {
  const clock = new TestClock();
  const channel = channelOf(clock);
  const [plain, chunked] = [new TestWriter(), new TestWriter()];
  channel.begin({ reason: "start", tracks });
  channel.join(plain, flvFormat);
  channel.join(chunked, chunkedFlvFormat);
  send(channel, clock, frames);
  channel.end();
  const head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  const server = createServer((socket) => {
    socket.end(Buffer.concat([Buffer.from(head), chunked.bytes, LAST_CHUNK]));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  const answer = await fetch(`http://127.0.0.1:${port}/`);
  assert.deepEqual(Buffer.from(await answer.arrayBuffer()), plain.bytes);
  server.close();
});

test("a configuration that changes comes in the stream; one that does not is not repeated", () => {
  const clock = new TestClock();
  const channel = channelOf(clock);
  const writer = new TestWriter();
  const [video, audio] = tracks;
  assert.ok(video && audio && audio.config.kind === "audio");
  const other = { ...audio, config: { ...audio.config, codecString: "mp4a.40.5" } };
  channel.begin({ reason: "start", tracks });
  channel.join(writer, flvFormat);
  send(channel, clock, frames.slice(0, 20));
  channel.begin({ reason: "config", tracks: [video, other] });
  send(channel, clock, frames.slice(0, 20));
  channel.begin({ reason: "reconnect", tracks: [video, other] });
  send(channel, clock, frames.slice(0, 20));
  channel.end();
  const tags = shown(writer.bytes);
  assert.equal(tags.filter((tag) => tag === "onMetaData").length, 2);
  assert.equal(tags.filter((tag) => tag.includes("header")).length, 4);
});

test("an encoder that comes back goes on where the last one stopped, whatever time has passed", () => {
  const clock = new TestClock();
  const channel = channelOf(clock);
  const writer = new TestWriter();
  channel.begin({ reason: "start", tracks });
  channel.join(writer, flvFormat);
  send(channel, clock, frames);
  channel.interrupt();
  clock.pass(25_000);
  channel.begin({ reason: "reconnect", tracks });
  send(
    channel,
    clock,
    frames.map((frame) => ({ ...frame, dts: frame.dts + 28_000 })),
  );
  channel.end();
  for (const kind of ["video", "audio"]) {
    const times = new FlvDemuxer()
      .push(writer.bytes)
      .filter((tag) => tag.kind === kind)
      .map(({ timestamp }) => timestamp);
    const steps = times.slice(1).map((time, at) => time - (times[at] ?? 0));
    assert.ok(
      Math.min(...steps) >= 0 && Math.max(...steps) <= 150,
      `${kind}: ${Math.max(...steps)}`,
    );
  }
});

test("sound alone begins with what is a second old", () => {
  const clock = new TestClock();
  const channel = channelOf(clock);
  const writer = new TestWriter();
  const sound = frames.filter(({ track }) => track === AUDIO_TRACK);
  channel.begin({ reason: "start", tracks: tracks.slice(1) });
  send(channel, clock, sound);
  channel.join(writer, flvFormat);
  const times = new FlvDemuxer()
    .push(writer.bytes)
    .filter(({ kind }) => kind === "audio")
    .map(({ timestamp }) => timestamp);
  const [first = 0, last = 0] = [times[1], times.at(-1)];
  assert.ok(last - first > 800 && last - first < 1200, `${last - first} ms`);
  assert.equal(writer.bytes[4], 4, "the file header says that there is sound alone");
  channel.end();
});

test("a group of pictures beyond its limits is not kept: who joins waits for the next keyframe", () => {
  const clock = new TestClock();
  const channel = channelOf(clock, { bytes: 20_000 });
  const writer = new TestWriter();
  channel.begin({ reason: "start", tracks });
  const second = frames.findIndex(({ track, key, dts }) => track === VIDEO_TRACK && key && dts > 0);
  const next = frames.findIndex(
    ({ track, key }, at) => track === VIDEO_TRACK && key && at > second,
  );
  send(channel, clock, frames.slice(0, next));
  channel.join(writer, flvFormat);
  assert.equal(writer.buffers.length, 0);
  send(channel, clock, frames.slice(next, next + 12));
  assert.match(shown(writer.bytes).find((tag) => tag.includes("video key")) ?? "", /video key/);
  channel.end();
});

test("a reader that pauses gets nothing, then goes on at what is live", () => {
  const clock = new TestClock();
  const channel = channelOf(clock);
  const writer = new TestWriter();
  channel.begin({ reason: "start", tracks });
  const reader = channel.join(writer, rtmpFormat);
  send(channel, clock, frames.slice(0, 60));
  channel.leave(reader);
  const paused = writer.buffers.length;
  send(channel, clock, frames.slice(60, 150));
  assert.equal(writer.buffers.length, paused);
  channel.rejoin(reader);
  assert.ok(writer.buffers.length > paused);
  channel.end();
  assert.equal(writer.closed, "ended");
});
