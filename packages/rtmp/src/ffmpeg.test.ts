import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { FlvDemuxer, type FlvTag, readScriptTag, readVideoTag } from "@oxbow/containers";
import { listenRtmp } from "./listen-rtmp.ts";
import { publishRtmp, type RtmpPublisher } from "./publish-rtmp.ts";
import { TestReceiver } from "./test-receiver.ts";

let folder = "";
const clip = (): string => join(folder, "clip.mp4");

/** Exit code and messages of one run of ffmpeg. */
function ffmpeg(...args: string[]): Promise<{ code: number; stderr: string }> {
  const { promise, resolve } = Promise.withResolvers<{ code: number; stderr: string }>();
  const all = ["-hide_banner", "-nostdin", "-y", ...args];
  execFile("ffmpeg", all, { timeout: 60_000 }, (error, _stdout, stderr) => {
    resolve({ code: error === null ? 0 : Number(error.code ?? 1), stderr });
  });
  return promise;
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-rtmp-"));
  const video = ["-f", "lavfi", "-i", "testsrc2=size=640x360:rate=30:duration=3"];
  const audio = ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=3"];
  const coded = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "3", "-g", "30", "-b:v", "1M"];
  const made = await ffmpeg(...video, ...audio, ...coded, "-c:a", "aac", clip());
  assert.equal(made.code, 0, made.stderr);
});

after(() => rm(folder, { recursive: true, force: true }));

type Unit = { kind: string; timestamp: number; body: Buffer };

/** Publishes the clip with ffmpeg, and writes the same tags into a file with it. */
async function compare(
  ...options: string[]
): Promise<{ got: Unit[]; want: Unit[]; receiver: TestReceiver }> {
  const receiver = new TestReceiver();
  await using server = await listenRtmp({ port: 0, host: "127.0.0.1", admit: receiver.admit });
  const how = ["-i", clip(), "-c", "copy", ...options, "-f", "flv"];
  const url = `rtmp://127.0.0.1:${server.port}/live/KEY?x=1`;
  const published = await ffmpeg(...how, url);
  assert.equal(published.code, 0, published.stderr);
  assert.equal((await receiver.closed).reason, "unpublish");
  const file = join(folder, "reference.flv");
  await ffmpeg(...how, file);
  const want: Unit[] = [];
  for (const { kind, timestamp, body } of new FlvDemuxer().push(await readFile(file))) {
    if (kind !== "script") want.push({ kind, timestamp, body: Buffer.from(body) });
  }
  return { got: receiver.bodies, want, receiver };
}

test("ffmpeg publishes H.264 with B-frames and AAC: every access unit is bit-exact, times too", async () => {
  const { got, want, receiver } = await compare();
  assert.ok(want.length > 200);
  assert.deepEqual(got, want);
  const [first, second] = receiver.log;
  const encoder = receiver.request?.encoder ?? "";
  assert.match(encoder, /Lavf/);
  assert.deepEqual(first, { admit: { app: "live", streamKey: "KEY", query: "x=1", encoder } });
  assert.partialDeepStrictEqual(second, { metadata: { width: 640, height: 360, videocodecid: 7 } });
  const reordered = got.filter(({ kind, body }) => {
    const tag = kind === "video" ? readVideoTag(body) : undefined;
    return tag?.is === "frame" && tag.compositionTime > 0;
  });
  assert.ok(reordered.length > 10, "the clip has B-frames");
});

test("ffmpeg, timestamps that pass 4 h 39 m (16,777,215 ms)", async () => {
  const { got, want } = await compare("-output_ts_offset", "16775.8");
  const times = got.map(({ timestamp }) => timestamp);
  assert.ok(Math.min(...times.slice(3)) < 16_777_215 && Math.max(...times) > 16_777_300);
  assert.deepEqual(got, want);
});

test("ffmpeg, audio only", async () => {
  const { got, want } = await compare("-vn");
  assert.deepEqual(new Set(got.map(({ kind }) => kind)), new Set(["audio"]));
  assert.deepEqual(got, want);
});

test("ffmpeg, video only", async () => {
  const { got, want } = await compare("-an");
  assert.deepEqual(new Set(got.map(({ kind }) => kind)), new Set(["video"]));
  assert.deepEqual(got, want);
});

test("ffmpeg that is refused exits with an error and shows why", async () => {
  const receiver = new TestReceiver();
  receiver.refusal = {
    code: "NetStream.Publish.BadName",
    description: "No stream has the key KEY",
  };
  await using server = await listenRtmp({ port: 0, host: "127.0.0.1", admit: receiver.admit });
  const url = `rtmp://127.0.0.1:${server.port}/live/KEY`;
  const { code, stderr } = await ffmpeg("-re", "-i", clip(), "-c", "copy", "-f", "flv", url);
  assert.notEqual(code, 0);
  assert.match(stderr, /No stream has the key KEY/);
});

test("ffmpeg with one path part only, and a query", async () => {
  for (const [path, found] of [
    ["KEY", { app: "", streamKey: "KEY", query: "" }],
    ["live/story?key=KEY", { app: "live", streamKey: "story", query: "key=KEY" }],
  ] as const) {
    const receiver = new TestReceiver();
    await using server = await listenRtmp({ port: 0, host: "127.0.0.1", admit: receiver.admit });
    const url = `rtmp://127.0.0.1:${server.port}/${path}`;
    const { code } = await ffmpeg("-t", "0.2", "-i", clip(), "-c", "copy", "-f", "flv", url);
    assert.equal(code, 0);
    assert.partialDeepStrictEqual(receiver.log[0], { admit: found });
  }
});

/** Bodies of audio and video in their order. */
function media(all: readonly FlvTag[]): string[] {
  return all.flatMap(({ kind, body }) =>
    kind === "script" ? [] : [Buffer.from(body).toString("hex")],
  );
}

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const { admit } = new TestReceiver();
  await using server = await listenRtmp({ port: 0, host: "127.0.0.1", admit });
  return server.port;
}

/** Publishes as soon as somebody listens on the port. */
async function publishWhenOpen(port: number): Promise<RtmpPublisher> {
  for (let tries = 0; ; tries++) {
    try {
      return await publishRtmp({ port, app: "live", key: "KEY", handshake: 1, chunkSize: 1000 });
    } catch (error) {
      const refused = error instanceof Error && "code" in error && error.code === "ECONNREFUSED";
      if (!refused || tries > 500) throw error;
      await setTimeout(20);
    }
  }
}

test("what our publisher sends, ffmpeg's own RTMP server reads bit-exact", async () => {
  const source = join(folder, "source.flv");
  const copy = join(folder, "copy.flv");
  await ffmpeg("-i", clip(), "-c", "copy", source);
  const tags = new FlvDemuxer().push(await readFile(source));
  const port = await freePort();
  const url = `rtmp://127.0.0.1:${port}/live/KEY`;
  const listening = ffmpeg("-listen", "1", "-i", url, "-c", "copy", "-f", "flv", copy);
  const publisher = await publishWhenOpen(port);
  for (const { kind, timestamp, body } of tags) {
    if (kind === "script") publisher.data("onMetaData", readScriptTag(body).values[0]);
    else if (!publisher.send(kind, timestamp, body)) await publisher.drained();
  }
  await publisher.close();
  const { code, stderr } = await listening;
  assert.equal(code, 0, stderr);
  const got = media(new FlvDemuxer().push(await readFile(copy)));
  assert.deepEqual(got, media(tags));
});
