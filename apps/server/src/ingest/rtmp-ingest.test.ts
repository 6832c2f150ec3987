import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { aacHeader } from "@oxbow/containers";
import { millis } from "@oxbow/media";
import { publishRtmp } from "@oxbow/rtmp";
import { pino } from "pino";
import { Registry } from "prom-client";
import type { World } from "../world.ts";
import { startRtmpIngest } from "./rtmp-ingest.ts";
import { TestPublishing } from "./test-publishing.ts";

const world = (): World => ({
  now: () => millis(0),
  id: (prefix) => `${prefix}_1`,
  log: pino({ enabled: false }),
  metrics: new Registry(),
});
const host = "127.0.0.1";

/** Exit code and messages of ffmpeg that publishes a generated clip. */
function ffmpeg(url: string, ...codecs: string[]): Promise<{ code: number; stderr: string }> {
  const { promise, resolve } = Promise.withResolvers<{ code: number; stderr: string }>();
  const args = [
    "-hide_banner",
    "-nostdin",
    "-re",
    "-f",
    "lavfi",
    "-i",
    "testsrc2=size=320x180:rate=30",
  ];
  const sound = [
    "-f",
    "lavfi",
    "-i",
    "sine=sample_rate=44100",
    "-t",
    "2",
    ...codecs,
    "-f",
    "flv",
    url,
  ];
  execFile("ffmpeg", [...args, ...sound], { timeout: 30_000 }, (error, _stdout, stderr) => {
    resolve({ code: error === null ? 0 : Number(error.code ?? 1), stderr });
  });
  return promise;
}

const H264 = [
  "-c:v",
  "libx264",
  "-preset",
  "ultrafast",
  "-bf",
  "2",
  "-g",
  "15",
  "-pix_fmt",
  "yuv420p",
];

test("ffmpeg's H.264 with B-frames and AAC arrive as tracks and frames", async () => {
  const publishing = new TestPublishing();
  await using ingest = await startRtmpIngest({ publishing, host, port: 0, world: world() });
  const { code, stderr } = await ffmpeg(
    `rtmp://${host}:${ingest.port}/live/KEY`,
    ...H264,
    "-c:a",
    "aac",
  );
  assert.equal(code, 0, stderr);
  const { session } = publishing;
  assert.equal(await session.closed, "unpublish");
  assert.partialDeepStrictEqual(
    session.tracks.toSorted((a, b) => a.id - b.id),
    [
      { id: 1, timescale: 90_000, config: { codec: "avc", width: 320, height: 180 } },
      {
        id: 2,
        timescale: 44_100,
        config: { codec: "aac", sampleRate: 44_100, samplesPerFrame: 1024 },
      },
    ],
  );
  const video = session.frames.filter(({ track }) => track === 1);
  assert.deepEqual(
    video.flatMap(({ key }, at) => (key ? [at] : [])),
    [0, 15, 30, 45],
  );
  assert.equal(video.length, 60);
  assert.ok(video.some(({ cto }) => cto > 0));
  assert.ok(session.total > 10_000);
  assert.partialDeepStrictEqual(publishing.attempts, [
    { protocol: "rtmp", key: "KEY", name: null },
  ]);
});

test("a key alone, key?query, name?key=KEY and the whole URL in one field reach the right key", async () => {
  const publishing = new TestPublishing();
  publishing.refusal = { code: "key_unknown", message: "No stream has this key" };
  await using ingest = await startRtmpIngest({ publishing, host, port: 0, world: world() });
  const { port } = ingest;
  for (const [app, key] of [
    ["live", "KEY"],
    ["live", "KEY?session=1"],
    ["live", "story?key=KEY"],
    ["live/KEY", ""],
    ["live/story?key=KEY", ""],
    ["", "KEY"],
  ] as const) {
    await assert.rejects(
      publishRtmp({ host, port, app, key }),
      /NetStream.Publish.BadName: No stream has this key/,
    );
  }
  assert.deepEqual(
    publishing.attempts.map(({ key, name }) => [key, name]),
    [
      ["KEY", null],
      ["KEY", null],
      ["KEY", "story"],
      ["KEY", null],
      ["KEY", "story"],
      ["KEY", null],
    ],
  );
});

test("a stream that is live already is BadName, a server that stops is Rejected", async () => {
  const publishing = new TestPublishing();
  await using ingest = await startRtmpIngest({ publishing, host, port: 0, world: world() });
  const options = { host, port: ingest.port, app: "live", key: "KEY" };
  publishing.refusal = { code: "already_live", message: "Another encoder is publishing" };
  await assert.rejects(publishRtmp(options), { code: "NetStream.Publish.BadName" });
  publishing.refusal = { code: "unavailable", message: "The server stops" };
  await assert.rejects(publishRtmp(options), { code: "NetStream.Publish.Rejected" });
});

test("ffmpeg with its default codecs (Sorenson H.263, MP3) is told what to choose", async () => {
  const publishing = new TestPublishing();
  await using ingest = await startRtmpIngest({ publishing, host, port: 0, world: world() });
  const { code, stderr } = await ffmpeg(`rtmp://${host}:${ingest.port}/live/KEY`);
  assert.notEqual(code, 0);
  assert.match(stderr, /is not carried: choose (?:H\.264 \(AVC\)|AAC) in the encoder/);
  const [rejection] = publishing.session.rejections;
  assert.equal(rejection?.code, "codec_unsupported");
  assert.equal(await publishing.session.closed, "ended");
});

test("malformed media ends the session as malformed, and is told in the metrics what was dropped", async () => {
  const publishing = new TestPublishing();
  const here = world();
  await using ingest = await startRtmpIngest({ publishing, host, port: 0, world: here });
  const publisher = await publishRtmp({ url: `rtmp://${host}:${ingest.port}/live/KEY` });
  publisher.send("audio", 0, Buffer.concat([aacHeader("frame"), Buffer.from("raw")]));
  publisher.send("video", 0, Buffer.of(0x97, 5));
  await publisher.closed;
  assert.equal(await publishing.session.closed, "malformed");
  const metrics = await here.metrics.metrics();
  assert.match(metrics, /oxbow_rtmp_dropped_frames_total\{reason="no_configuration"\} 1/);
});

test("a signal drains the ingest", async () => {
  const publishing = new TestPublishing();
  const stop = new AbortController();
  const { signal } = stop;
  const ingest = await startRtmpIngest({ publishing, host, port: 0, world: world(), signal });
  const publisher = await publishRtmp({ url: `rtmp://${host}:${ingest.port}/live/KEY` });
  stop.abort();
  await publisher.closed;
  assert.equal(await publishing.session.closed, "ended");
  await ingest[Symbol.asyncDispose]();
});
