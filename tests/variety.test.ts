import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Asset, Broadcast, type EventOf, Export, Sink, Stream } from "@oxbow/contract";
import { ffmpeg, makeClip } from "../fixtures/clip.ts";
import { type Measured, measure } from "../fixtures/measure.ts";
import { type ApiClient, apiOf } from "./api.ts";
import { type PublishOptions, publish } from "./publisher.ts";
import { type ServerProcess, startServer } from "./server-process.ts";
import { receiveWebhooks, type WebhookReceiver } from "./webhook-receiver.ts";

let folder = "";
let server: ServerProcess;
let api: ApiClient;
let hooks: WebhookReceiver;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-variety-"));
  server = await startServer();
  api = apiOf(server);
  hooks = await receiveWebhooks();
  hooks.trust((await api.post("/sinks", { url: hooks.url }, Sink)).secret ?? "");
});
after(async () => {
  await hooks[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const numbers = (count: number): number[] => Array.from({ length: count }, (_, at) => at);
const numbersOf = ({ frames }: Measured): (number | undefined)[] =>
  frames.map(({ number }) => number);

/** Publishes a clip faster than real time, waits for its end, and exports all of it. */
async function recorded(
  name: string,
  clip: string,
  options: PublishOptions = {},
): Promise<{ broadcast: Broadcast; made: EventOf<"dvr_mp4_export_ready">; asset: Asset }> {
  const stream = await api.post("/streams", { name }, Stream);
  const encoder = publish(clip, stream.publish.rtmp.url ?? "", { speed: 10, ...options });
  assert.equal(await encoder.done, 0);
  const ended = await hooks.next("broadcast_ended");
  const broadcast = await api.get(`/broadcasts/${ended.broadcast ?? ""}`, Broadcast);
  await api.post("/exports", { broadcast: broadcast.id }, Export);
  const made = await hooks.next("dvr_mp4_export_ready");
  return { broadcast, made, asset: await api.get(`/assets/${made.data.asset}`, Asset) };
}

test("video without audio is recorded whole", async () => {
  const clip = join(folder, "silent.flv");
  await makeClip(clip, { duration: 5, audio: false });
  const { broadcast, asset } = await recorded("silent", clip);
  for (const url of [broadcast.playback.hls, asset.playback.mp4, asset.playback.hls]) {
    assert.deepEqual(numbersOf(await measure(url ?? "", { audio: false })), numbers(150));
  }
});

test("audio without video is recorded whole", async () => {
  const clip = join(folder, "radio.flv");
  await makeClip(clip, { duration: 5, video: false });
  const { broadcast, asset } = await recorded("radio", clip);
  for (const url of [broadcast.playback.hls, asset.playback.mp4, asset.playback.hls]) {
    const { beeps } = await measure(url ?? "", { video: false });
    assert.equal(beeps.length, 5, `${url ?? ""}: ${beeps.join()}`);
  }
});

test("a keyframe every ten seconds makes long segments, and a range is still exact", async () => {
  const clip = join(folder, "long.flv");
  await makeClip(clip, { duration: 21, gop: 10, width: 320, height: 180 });
  const { broadcast, asset } = await recorded("long", clip);
  assert.deepEqual(numbersOf(await measure(asset.playback.mp4)), numbers(630));
  const from = Date.parse(broadcast.from) + 7484;
  const url = `${server.http}/dvr/long/${from}-${from + 1000}.mp4`;
  assert.deepEqual(
    numbersOf(await measure(url)),
    numbers(30).map((number) => 225 + number),
  );
});

test("an encoder whose clock stands at four hours and thirty-nine minutes passes the limit of 24 bits", async () => {
  const clip = join(folder, "late.flv");
  await makeClip(clip, { duration: 6 });
  const output = ["-c", "copy", "-output_ts_offset", "16774.2"];
  const { asset } = await recorded("late", clip, { output });
  const found = await measure(asset.playback.mp4);
  assert.deepEqual(numbersOf(found), numbers(180));
  assert.equal(found.offsets.length, 6);
  assert.ok(
    found.offsets.every((offset) => Math.abs(offset) <= 20),
    found.offsets.join(),
  );
});

/** Clips of other people's cameras and encoders, where they are at hand. */
const real = fileURLToPath(new URL("../../shared/media/", import.meta.url));

/** A clip of such a kind: the real one, or one of the same kind made here. */
async function clipOf(name: string, kind: readonly string[]): Promise<string> {
  if (existsSync(real + name)) return real + name;
  const path = join(folder, name);
  await ffmpeg([...kind, path]);
  return path;
}

const countFrames = async (input: string): Promise<number> =>
  (await measure(input, { audio: false })).frames.length;

test("a screen recording with frames from milliseconds to a second apart keeps each of them", async () => {
  const clip = await clipOf("screenrec-vfr-3026x1386-h264-noaudio.mp4", [
    ...["-f", "lavfi", "-i", "testsrc2=s=3026x1386:r=60:d=8"],
    ...["-vf", "select='not(mod(n,7))+not(mod(n,31))'", "-fps_mode", "vfr", "-pix_fmt", "yuv420p"],
  ]);
  const { asset } = await recorded("screen", clip);
  assert.equal(await countFrames(asset.playback.mp4), await countFrames(clip));
});

test("a film with 24 frames a second and six channels of sound is recorded whole", async () => {
  const clip = await clipOf("bbb-480p24-h264-aac51-30s.mp4", [
    ...["-f", "lavfi", "-i", "testsrc2=s=854x480:r=24:d=10"],
    ...["-f", "lavfi", "-i", "anoisesrc=r=48000:d=10", "-ac", "6", "-pix_fmt", "yuv420p"],
  ]);
  const { asset, made } = await recorded("film", clip);
  assert.equal(await countFrames(asset.playback.mp4), await countFrames(clip));
  const sound = made.data.tracks.find(({ kind }) => kind === "audio");
  assert.equal(sound?.channels, 6);
});

test("a clip that a phone turned is recorded whole", async () => {
  const clip = await clipOf("bbb-1080p24-rotated90-h264-aac51-2s.mp4", [
    ...["-f", "lavfi", "-i", "testsrc2=s=1920x1080:r=24:d=2"],
    ...["-f", "lavfi", "-i", "sine=r=48000:d=2.2", "-pix_fmt", "yuv420p"],
  ]);
  const { asset } = await recorded("phone", clip);
  assert.equal(await countFrames(asset.playback.mp4), await countFrames(clip));
});
