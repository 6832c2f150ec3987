import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { enhancedVideoHeader, FlvDemuxer, type FlvTag } from "@oxbow/containers";
import { Broadcast, Export, Stream } from "@oxbow/contract";
import { publishRtmp, type RtmpPublisher } from "@oxbow/rtmp";
import { makeClip } from "../fixtures/clip.ts";
import { type Measured, measure } from "../fixtures/measure.ts";
import { type ApiClient, apiOf } from "./api.ts";
import { type EventLog, eventLogOf } from "./follow-log.ts";
import { readHls } from "./hls-stretches.ts";
import { type Packet, packetsOf } from "./packets.ts";
import { publish } from "./publisher.ts";
import { type ServerProcess, startServer } from "./server-process.ts";
import { makeVarieties, type Variety } from "./variety-clips.ts";

type Packets = Awaited<ReturnType<typeof packetsOf>>;

/** A finished broadcast of a variety. */
type Recorded = {
  readonly variety: Variety;
  readonly broadcast: Broadcast;
  /** Live HLS, after the end. */
  readonly live: string;
  readonly sent: Packets;
};

let folder = "";
let server: ServerProcess;
let api: ApiClient;
let log: EventLog;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-variety-"));
  server = await startServer();
  api = apiOf(server);
  log = eventLogOf(server);
});
after(async () => {
  await log[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** Publishes a variety to its end; one in real time is watched live, too. */
async function record(variety: Variety): Promise<Recorded> {
  const { name, file, output, realTime } = variety;
  const stream = await api.post("/streams", { name }, Stream);
  const encoder = publish(file, stream.publish.rtmp.url ?? "", { speed: realTime ? 1 : 0, output });
  const live = stream.playback.hls;
  if (realTime) {
    await log.find("playback_ready", (event) => event.stream?.name === name);
    const seen = (await measure(live, { duration: 1.5 })).frames.map(({ number }) => number);
    assert.ok(seen.length >= 40, `${name}: ${seen.length} pictures`);
    assert.deepEqual(seen, upFrom(seen[0] ?? -1, seen.length), name);
  }
  assert.equal(await encoder.done, 0, `${name} was refused`);
  const ended = await log.find("broadcast_ended", (event) => event.stream?.name === name);
  const broadcast = await api.get(`/broadcasts/${ended.broadcast}`, Broadcast);
  return { variety, broadcast, live, sent: await packetsOf(file) };
}

const upFrom = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, at) => first + at);
const hashes = (packets: readonly Packet[]): string[] => packets.map(({ hash }) => hash);

/** Presentation times from the first, in milliseconds. */
const rhythm = (packets: readonly Packet[]): number[] =>
  packets.map(({ pts }) => (pts - (packets[0]?.pts ?? 0)) * 1000);

/** All that was sent is there, unchanged, at its time, picture against sound. */
function assertSame(name: string, found: Packets, sent: Packets): void {
  assert.deepEqual(hashes(found.video), hashes(sent.video), `${name}: pictures`);
  // Sound before the first picture is left out.
  const missing = sent.audio.length - found.audio.length;
  assert.ok(missing >= 0 && missing <= 4, `${name}: ${missing} of ${sent.audio.length} frames`);
  assert.deepEqual(hashes(found.audio), hashes(sent.audio.slice(missing)), `${name}: sound`);
  const times = rhythm(sent.video);
  for (const [at, time] of rhythm(found.video).entries()) {
    assert.ok(Math.abs(time - (times[at] ?? 0)) < 1.5, `${name}: picture ${at} at ${time} ms`);
  }
  const apart = ({ video, audio }: Packets): number =>
    ((audio.at(-1)?.pts ?? 0) - (video.at(-1)?.pts ?? 0)) * 1000;
  if (found.video.length > 0 && found.audio.length > 0) {
    const moved = apart(found) - apart(sent);
    assert.ok(Math.abs(moved) <= 20, `${name}: sound is moved by ${moved} ms`);
  }
}

/** A clip with codes shows them in order from `first` on, with its beeps in time. */
function assertCoded(
  { name, video, audio }: Variety,
  found: Measured,
  first: number,
  count: number,
): void {
  if (video) {
    const numbers = found.frames.map(({ number }) => number);
    assert.deepEqual(numbers, upFrom(first, count), name);
  }
  if (!video || !audio) return;
  assert.ok(found.offsets.length > 0, `${name}: nothing to measure`);
  for (const offset of found.offsets) assert.ok(Math.abs(offset) <= 20, `${name}: ${offset} ms`);
}

async function assertRecorded({ variety, broadcast, live, sent }: Recorded): Promise<void> {
  const { name, coded, video, audio } = variety;
  const dvr = broadcast.playback.hls ?? "";
  assertSame(name, await packetsOf(dvr), sent);
  const decoded = await measure(dvr, { video, audio });
  assert.equal(decoded.frames.length, sent.video.length, `${name}: decoded`);
  if (coded) assertCoded(variety, decoded, 0, sent.video.length);
  const window = await measure(live, { video, audio });
  if (coded && video) {
    assert.equal(window.frames.at(-1)?.number, sent.video.length - 1, `${name}: live to its end`);
  }
}

/** Between two pictures (or anywhere in sound), so that no rounding decides: wall clock, and how many before. */
function between(broadcast: Broadcast, pictures: readonly Packet[], share: number) {
  const times = rhythm(pictures.toSorted((a, b) => a.pts - b.pts));
  const at = Math.floor(times.length * share);
  const length = Date.parse(broadcast.to ?? "") - Date.parse(broadcast.from);
  const inside = times.length > 0 ? ((times[at - 1] ?? 0) + (times[at] ?? 0)) / 2 : length * share;
  return { at, wall: Date.parse(broadcast.from) + Math.round(inside) };
}

/** The middle of a broadcast as an exported file and as instant MP4. */
async function assertExported({ variety, broadcast, sent }: Recorded): Promise<void> {
  const { name, video, audio, coded } = variety;
  const from = between(broadcast, sent.video, 0.25);
  const to = between(broadcast, sent.video, 0.75);
  const range = { from: from.wall, to: to.wall };
  const job = await api.post("/exports", { stream: name, ...range }, Export);
  const made = await log.find("dvr_mp4_export_ready", ({ data }) => data.export === job.id);
  const file = String(made.data.playback.mp4);
  const found = await measure(file, { video, audio });
  if (video) assert.equal(found.frames.length, to.at - from.at, `${name}: exported pictures`);
  const seconds = (found.sound?.to ?? 0) - Math.max(0, found.sound?.from ?? 0);
  if (!video) assert.ok(Math.abs(seconds - (to.wall - from.wall) / 1000) < 0.03, `${seconds} s`);
  if (coded) assertCoded(variety, found, from.at, to.at - from.at);
  const instant = `${server.http}/dvr/${name}/${from.wall}-${to.wall}.mp4`;
  assert.deepEqual(await packetsOf(instant), await packetsOf(file), `${name}: instant MP4`);
  await measure(instant, { video, audio });
}

test("whatever an encoder sends is recorded whole, plays live and from the archive, and is exported", async (t) => {
  const recorded = await Promise.all((await makeVarieties(folder)).map(record));
  for (const one of recorded) {
    await t.test(`${one.variety.name}: live and DVR`, () => assertRecorded(one));
    await t.test(`${one.variety.name}: the middle as MP4`, () => assertExported(one));
  }
});

/** The tags of an FLV file, in its order. */
async function tagsOf(file: string): Promise<FlvTag[]> {
  const demuxer = new FlvDemuxer();
  const tags = demuxer.push(await readFile(file));
  demuxer.end();
  return tags;
}

/** Sends audio and video of a file, `delay` milliseconds later than it says; answers where it ends. */
async function sendTags(
  publisher: RtmpPublisher,
  tags: readonly FlvTag[],
  delay: number,
): Promise<number> {
  let end = delay;
  for (const { kind, timestamp, body } of tags) {
    if (kind === "script") continue;
    if (!publisher.send(kind, timestamp + delay, body)) await publisher.drained();
    end = Math.max(end, timestamp + delay);
  }
  return end;
}

test("a size that changes in mid-stream is a discontinuity, in sync on both sides, and is not exported over", async () => {
  const name = "turned";
  const [wide, tall] = [join(folder, "wide.flv"), join(folder, "tall.flv")];
  await makeClip(wide, { duration: 4, width: 320, height: 180 });
  await makeClip(tall, { duration: 4, width: 180, height: 320 });
  const stream = await api.post("/streams", { name }, Stream);
  const publisher = await publishRtmp({ url: stream.publish.rtmp.url ?? "" });
  publisher.data("onMetaData", { videocodecid: 7, audiocodecid: 10 });
  const end = await sendTags(publisher, await tagsOf(wide), 0);
  await sendTags(publisher, await tagsOf(tall), end + 40);
  await publisher.close();
  const ended = await log.find("broadcast_ended", (event) => event.stream?.name === name);
  const { from, to, playback, sessions, gaps } = await api.get(
    `/broadcasts/${ended.broadcast}`,
    Broadcast,
  );
  assert.deepEqual([sessions.length, gaps], [1, []]);

  for (const [kind, url] of [
    ["dvr", playback.hls ?? ""],
    ["live", stream.playback.hls],
  ] as const) {
    const hls = await readHls(url, join(folder, kind));
    for (const { playlist, files } of [hls.video, hls.audio]) {
      assert.equal(files.length, 2, playlist);
      assert.equal(playlist.match(/#EXT-X-DISCONTINUITY\n/g)?.length, 1, playlist);
      assert.match(playlist, /#EXT-X-ENDLIST/);
    }
    for (const [at, file] of hls.video.files.entries()) {
      const { frames, flashes } = await measure(file, { audio: false });
      assert.deepEqual(
        frames.map(({ number }) => number),
        upFrom(0, 120),
      );
      const { beeps } = await measure(hls.audio.files[at] ?? "", { video: false });
      for (const flash of flashes) {
        const near = beeps.some((beep) => Math.abs(beep - flash) <= 0.02);
        assert.ok(near, `${kind} ${at}: ${flashes.join()}; ${beeps.join()}`);
      }
    }
  }

  const over = await api.refusal("/exports", { stream: name, from, to });
  assert.deepEqual(over, { status: 422, code: "range_changes_codec" });
  // Between frames 103 and 104.
  const early = { from, to: Date.parse(from) + 3450 };
  const job = await api.post("/exports", { stream: name, ...early }, Export);
  const made = await log.find("dvr_mp4_export_ready", ({ data }) => data.export === job.id);
  const file = await measure(String(made.data.playback.mp4));
  assert.deepEqual(
    file.frames.map(({ number }) => number),
    upFrom(0, 104),
  );
});

test("HEVC is refused with a reason that the encoder reads, and nothing else is disturbed", async () => {
  const name = "hevc";
  const stream = await api.post("/streams", { name }, Stream);
  const url = stream.publish.rtmp.url ?? "";
  const told: unknown[] = [];
  const publisher = await publishRtmp({
    url,
    connect: { fourCcList: ["hvc1"] },
    onStatus: (info) => told.push(info),
  });
  publisher.data("onMetaData", { videocodecid: 0x68766331 });
  const config = enhancedVideoHeader("hevc", "config", true);
  publisher.send("video", 0, Buffer.concat([config, Buffer.alloc(23, 1)]));
  await publisher.closed;
  const rejected = await log.find("publish_rejected", (event) => event.stream?.name === name);
  assert.equal(rejected.data.code, "codec_unsupported");
  assert.match(JSON.stringify(told), /H\.265 \(HEVC\) video is not carried: choose H\.264/);
  const stopped = await log.find("publish_stopped", (event) => event.stream?.name === name);
  assert.equal(stopped.data.reason, "rejected");
  assert.equal((await api.get(`/streams/${name}`, Stream)).state, "offline");
  assert.equal(
    log.seen.some(({ type, ...event }) => type === "broadcast_started" && isOf(event, name)),
    false,
  );
  // The same key with what is carried.
  const clip = join(folder, "fine.flv");
  await makeClip(clip, { duration: 3, width: 320, height: 180 });
  assert.equal(await publish(clip, url, { speed: 0 }).done, 0);
  await log.find("broadcast_ended", (event) => event.stream?.name === name);
});

function isOf(event: object, name: string): boolean {
  const stream: unknown = "stream" in event ? event.stream : undefined;
  return typeof stream === "object" && stream !== null && "name" in stream && stream.name === name;
}
