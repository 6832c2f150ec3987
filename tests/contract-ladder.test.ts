import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Archive, Doctor, Export, pageOf, Session, Stream, StreamHealth } from "@oxbow/contract";
import { makeClip } from "../fixtures/clip.ts";
import { measure } from "../fixtures/measure.ts";
import { assertRefused, type Caller, callerOf, keyOf } from "./caller.ts";
import { type EventLog, eventLogOf } from "./follow-log.ts";
import { publish } from "./publisher.ts";
import { type ServerProcess, startServer } from "./server-process.ts";
import { until } from "./until.ts";

const LADDER = ["source", "90p", { name: "tiny", height: 90, fps: 5, bitrate: 60_000 }];
let folder = "";
let clip = "";
let server: ServerProcess;
let call: Caller;
let log: EventLog;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-contract-ladder-"));
  clip = join(folder, "clip.flv");
  await makeClip(clip, { duration: 30, width: 320, height: 180, fps: 10, gop: 1 });
  server = await startServer();
  call = callerOf(server);
  log = eventLogOf(server);
});
after(async () => {
  await log[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const get = async (path: string) => fetch(`${server.http}${path}`);

test("a ladder is told as it was given, and changed", async () => {
  const made = await call("POST /streams", {
    body: { name: "told", ladder: LADDER, recordRenditions: "source" },
  });
  const { ladder, recordRenditions } = Stream.parse(made.body);
  assert.deepEqual([made.status, ladder, recordRenditions], [201, LADDER, "source"]);
  const change = { ladder: "standard", recordRenditions: "all" };
  const changed = await call("PATCH /streams/told", { body: change });
  assert.deepEqual(changed.body, { ...Object(made.body), ...change });
  assertRefused(
    await call("PATCH /streams/told", { body: { ladder: ["90p", "90p"] } }),
    "invalid_request",
    "ladder.1",
  );
});

test("health, sessions, archive, instant MP4 and exports tell of the qualities", async () => {
  const made = await call("POST /streams", { body: { name: "several", ladder: LADDER } });
  const { id, publish: to } = Stream.parse(made.body);
  await using encoder = publish(clip, to.rtmp.url ?? "", { input: ["-t", "8"] });
  const health = await until("the transcoder runs", async () => {
    const { transcoder } = StreamHealth.parse((await call("GET /streams/several/health")).body);
    const runs = transcoder?.renditions.every(({ state }) => state === "running");
    return transcoder && runs ? transcoder : undefined;
  });
  assert.deepEqual([health.state, typeof health.encoder], ["running", "string"]);
  assert.deepEqual(
    health.renditions.map(({ name, width, height, fps, state }) => ({
      name,
      width,
      height,
      fps,
      state,
    })),
    [
      { name: "90p", width: 160, height: 90, fps: null, state: "running" },
      { name: "tiny", width: 160, height: 90, fps: 5, state: "running" },
    ],
  );
  const metrics = await (await get("/metrics")).text();
  assert.match(metrics, /^oxbow_transcoder_renditions\{state="running"\} 2$/m);
  await until(
    "tiny is played",
    async () => (await get("/live/several/video-tiny.m3u8")).ok || undefined,
  );
  const { items } = pageOf(Session).parse((await call("GET /sessions?kind=play")).body);
  assert.deepEqual(
    items.map(({ stream, rendition }) => [stream?.name, rendition]),
    [["several", "tiny"]],
  );
  await encoder.done;
  const { broadcast } = await log.find("broadcast_ended", ({ stream }) => stream?.id === id);

  const { ranges } = Archive.parse((await call("GET /streams/several/archive")).body);
  assert.deepEqual(ranges[0]?.renditions, ["source", "90p", "tiny"]);
  const [from, end] = [ranges[0]?.from, ranges[0]?.to].map((time) => Date.parse(time ?? ""));
  assert.ok(from !== undefined && end !== undefined);
  const instant = `/dvr/several/${from + 3000}-${end - 1000}.mp4`;
  const { frames } = await measure(`${server.http}${instant}?rendition=tiny`);
  assert.ok(frames.length > 0 && frames.length <= ((end - from - 4000) / 1000) * 5 + 1);
  const unknown = await get(`${instant}?rendition=1080p`);
  assert.deepEqual([unknown.status, Object(await unknown.json()).code], [404, "rendition_unknown"]);

  const body = { broadcast, renditions: ["source", "90p"] };
  const { id: job } = Export.parse((await call("POST /exports", { body })).body);
  const { data } = await log
    .find("dvr_mp4_export_ready", (event) => event.data.export === job)
    .catch(async (late: unknown) => {
      throw new Error(JSON.stringify((await call(`GET /exports/${job}`)).body), { cause: late });
    });
  assert.deepEqual(
    data.files?.map(({ rendition }) => rendition),
    ["source", "90p"],
  );
});

test("the machine's encoders are told to all, and measured again for admins alone", async () => {
  const key = await keyOf(call, "read");
  const told = Doctor.parse((await call("GET /doctor", { key })).body);
  assert.equal(told.measuredAt, null);
  const software = told.encoders.find(({ name }) => name === "libx264");
  assert.deepEqual([software?.works, software?.hardware, software?.realtime], [true, false, null]);
  assertRefused(await call("GET /doctor?measure=now", { key }), "forbidden", "measure");
});

test("without FFmpeg a stream with a ladder plays as it is sent, and readiness says so", async () => {
  await using bare = await startServer({ OXBOW_FFMPEG: join(folder, "no-ffmpeg") });
  const ask = callerOf(bare);
  const isDegraded = async () => Object((await ask("GET //readyz")).body);
  assert.equal((await isDegraded()).degraded, false);
  const made = await ask("POST /streams", { body: { name: "bare", ladder: "mobile" } });
  const { publish: to, playback } = Stream.parse(made.body);
  const ready = await isDegraded();
  assert.deepEqual(
    [ready.ready, ready.degraded, ready.checks.transcoder],
    [true, true, "no encoder works: streams are offered at the source's quality alone"],
  );
  const found = Doctor.parse((await ask("GET /doctor")).body);
  assert.deepEqual([found.ffmpeg, found.encoder], [null, null]);
  await using encoder = publish(clip, to.rtmp.url ?? "", { input: ["-t", "6"] });
  const index = await until("the source is played", async () => {
    const answer = await fetch(playback.hls);
    return answer.ok ? answer.text() : undefined;
  });
  assert.equal(index.match(/#EXT-X-STREAM-INF/g)?.length, 1);
  await encoder.done;
});
