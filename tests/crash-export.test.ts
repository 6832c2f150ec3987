import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Asset, Broadcast, type EventType, Export, Sink, Stream } from "@oxbow/contract";
import { makeClip } from "../fixtures/clip.ts";
import { measure } from "../fixtures/measure.ts";
import { apiOf } from "./api.ts";
import { assertSound, deliveredLog } from "./event-log.ts";
import { packetsOf } from "./packets.ts";
import { publish } from "./publisher.ts";
import { startServer } from "./server-process.ts";
import { receiveWebhooks, type WebhookReceiver } from "./webhook-receiver.ts";

const CLIP_SECONDS = 4;
/** How often the clip is pushed: some hundred megabytes, so that an export takes a while. */
const LOOPS = 4;
const FPS = 30;

let folder = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-crash-export-"));
});
after(() => rm(folder, { recursive: true }));

const ENDS: ReadonlySet<EventType> = new Set([
  "dvr_mp4_export_ready",
  "dvr_mp4_export_failed",
  "dvr_mp4_export_aborted",
]);

/** The next start, or the first progress after it, of attempt `attempt` of a job. */
async function underWay(
  hooks: WebhookReceiver,
  type: "dvr_mp4_export_start" | "dvr_mp4_export_progress",
  attempt: number,
): Promise<string> {
  for (;;) {
    const event = await hooks.next(type);
    if (event.data.attempt === attempt) return event.data.export;
  }
}

test("an export whose server is killed three times ends ready, once, and so does one behind it", async () => {
  const clip = join(folder, "heavy.flv");
  const noise = ["-vf", "noise=alls=60:allf=t", "-preset", "ultrafast", "-crf", "16"];
  const quick = [...noise, "-profile:v", "baseline", "-bf", "0"];
  await makeClip(clip, { duration: CLIP_SECONDS, width: 1280, height: 720, output: quick });
  await using server = await startServer({ OXBOW_EXPORTS_RUNNING: "1" });
  await using hooks = await receiveWebhooks();
  const api = apiOf(server);
  hooks.trust((await api.post("/sinks", { url: hooks.url }, Sink)).secret ?? "");
  const stream = await api.post("/streams", { name: "heavy" }, Stream);
  const push = { speed: 0, input: ["-stream_loop", String(LOOPS - 1)] };
  assert.equal(await publish(clip, stream.publish.rtmp.url ?? "", push).done, 0);
  const ended = await hooks.next("broadcast_ended");
  const { id, from } = await api.get(`/broadcasts/${ended.broadcast}`, Broadcast);
  assert.deepEqual(ended.data.gaps, []);

  const job = await api.post("/exports", { broadcast: id, packing: "clean" }, Export);
  const second = { from, to: Date.parse(from) + 1000, stream: "heavy" };
  const queued = await api.post("/exports", second, Export);
  const moments = [
    "dvr_mp4_export_start",
    "dvr_mp4_export_progress",
    "dvr_mp4_export_start",
  ] as const;
  for (const [kill, moment] of moments.entries()) {
    assert.equal(await underWay(hooks, moment, kill + 1), job.id);
    await server.kill();
    await server.restart();
    const started = await hooks.next("server_started");
    assert.deepEqual(started.data.exportsResumed, [job.id], `it was caught in kill ${kill}`);
    assert.deepEqual(started.data.streams, []);
    assert.equal(started.data.secondsLost, 0);
  }
  const made = await hooks.next("dvr_mp4_export_ready");
  assert.equal(made.data.export, job.id);
  assert.equal(made.data.attempt, moments.length + 1);
  const behind = await hooks.next("dvr_mp4_export_ready");
  assert.equal(behind.data.export, queued.id);
  assert.equal(behind.data.attempt, 1);

  const asset = await api.get(`/assets/${made.data.asset}`, Asset);
  const hash = createHash("sha256");
  for await (const bytes of (await fetch(asset.playback.mp4)).body ?? []) hash.update(bytes);
  assert.equal(hash.digest("hex"), made.data.sha256);
  const pictures = (await packetsOf(clip)).video.map((packet) => packet.hash);
  assert.equal(pictures.length, CLIP_SECONDS * FPS);
  assert.deepEqual(
    (await packetsOf(asset.playback.mp4)).video.map((packet) => packet.hash),
    Array.from({ length: LOOPS }, () => pictures).flat(),
  );
  const short = await measure(behind.data.playback.mp4 ?? "");
  assert.equal(short.frames.length, FPS);

  const log = await deliveredLog(api, hooks);
  assertSound(log, hooks, log.find(({ type }) => type === "stream_created")?.sequence ?? 1);
  const ends = log.filter(({ type }) => ENDS.has(type)).map(({ data }) => data);
  assert.deepEqual(
    ends.map((data) => ("export" in data ? data.export : undefined)),
    [job.id, queued.id],
  );
  const names = await readdir(join(server.data, "assets"), { recursive: true });
  const files = names.filter((name) => name.endsWith(".mp4"));
  assert.equal(files.length, 2, `nothing unfinished is left: ${files.join()}`);
});
