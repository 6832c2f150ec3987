import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Archive, Broadcast, type EventOf, Export, Sink, Stream } from "@oxbow/contract";
import { z } from "zod";
import { makeClip } from "../fixtures/clip.ts";
import { measure } from "../fixtures/measure.ts";
import { type ApiClient, apiOf } from "./api.ts";
import { assertSound, deliveredLog } from "./event-log.ts";
import { packetsOf } from "./packets.ts";
import { publish } from "./publisher.ts";
import { type ServerProcess, startServer } from "./server-process.ts";
import { until } from "./until.ts";
import { receiveWebhooks, type WebhookReceiver } from "./webhook-receiver.ts";

const FPS = 30;
const CLIP_SECONDS = 5;
/** What of the clip was sent when the server is killed: each time at another place of part and segment. */
const SENT_AT_KILLS = [0.52, 0.63, 0.79];
/** What may be lost: the open part. And what was on its way then: through sockets, and to the disk. */
const PART_SECONDS = 0.5;
const ON_ITS_WAY_SECONDS = 0.25;
/** What is told of each kill. That a broadcast can be played is told once. */
const AFTER_A_KILL = [
  "broadcast_interrupted",
  "server_started",
  "publish_started",
  "broadcast_resumed",
];
/** Frames that are sent after one that is presented later. */
const B_FRAMES = 2;

let folder = "";
let clip = "";
let server: ServerProcess;
let api: ApiClient;
let hooks: WebhookReceiver;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-crash-"));
  clip = join(folder, "clip.flv");
  await makeClip(clip, { duration: CLIP_SECONDS, width: 320, height: 180, bFrames: B_FRAMES });
  server = await startServer();
  api = apiOf(server);
  hooks = await receiveWebhooks();
});
after(async () => {
  await hooks[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const Recovered = z.object({
  stream: z.string(),
  broadcast: z.string(),
  recoveredTo: z.string(),
  lostSeconds: z.number(),
});
type Recovered = z.infer<typeof Recovered>;

/** The numbers of the frames of a connection as far as they follow one another, from 0 on. */
const unbroken = (numbers: readonly (number | undefined)[]): number[] =>
  numbers.filter((number, at) => number === at).map(Number);

/** The frames of connections that stand one after another: each begins with 0. */
function connections(numbers: readonly (number | undefined)[]): (number | undefined)[][] {
  const starts = numbers.flatMap((number, at) => (number === 0 ? [at] : []));
  return starts.map((start, at) => numbers.slice(start, starts[at + 1]));
}

/** Publishes until a part of the clip was sent, kills the server, and counts the frames that were sent. */
async function recordAndKill(url: string, at: number, on: () => Promise<unknown>): Promise<number> {
  const sent = join(folder, "sent.flv");
  await rm(sent, { force: true });
  const copy = ["-c", "copy"];
  const output = [...copy, "-flush_packets", "1", "-f", "flv", sent, ...copy];
  await using encoder = publish(clip, url, { output });
  await on();
  const whole = (await stat(clip)).size;
  await until("enough of the clip was sent", async () =>
    (await stat(sent)).size >= at * whole ? true : undefined,
  );
  await server.kill();
  await encoder.done;
  return (await packetsOf(sent)).video.length;
}

/** What `server_started` says of the one stream that was recording. */
function reportOf({ data }: EventOf<"server_started">): Recovered {
  const [report, ...more] = z.array(Recovered).parse(data.streams);
  assert.deepEqual(more, []);
  assert.ok(report);
  assert.equal(data.secondsLost, report.lostSeconds);
  return report;
}

/** Every file of the archive, oldest first. */
async function archivedFiles(): Promise<string[]> {
  const root = join(server.data, "archive");
  const names = await readdir(root, { recursive: true });
  return names
    .filter((name) => name.endsWith(".mp4"))
    .toSorted()
    .map((name) => join(root, name));
}

test("a server that is killed while it records loses a part at most, says so, and goes on", async () => {
  hooks.trust((await api.post("/sinks", { url: hooks.url }, Sink)).secret ?? "");
  const stream = await api.post("/streams", { name: "fragile" }, Stream);
  const url = stream.publish.rtmp.url ?? "";
  const sent: number[] = [];
  const reports: Recovered[] = [];
  let job: Export | undefined;

  for (const [kill, at] of SENT_AT_KILLS.entries()) {
    const began = async (): Promise<void> => {
      const on = await hooks.next(kill === 0 ? "broadcast_started" : "broadcast_resumed");
      // An export of what is still to come waits, over every kill.
      const { from } = await api.get(`/broadcasts/${on.broadcast}`, Broadcast);
      const to = Date.parse(from) + 600_000;
      job ??= await api.post("/exports", { stream: "fragile", from, to }, Export);
      assert.equal(job.state, "waiting");
    };
    sent.push(await recordAndKill(url, at, began));
    await server.restart();
    const started = await hooks.next("server_started");
    const report = reportOf(started);
    assert.equal(report.stream, stream.id);
    assert.deepEqual(started.data.broadcasts, { closed: [], resumed: [report.broadcast] });
    const { newest } = await api.get("/streams/fragile/archive", Archive);
    assert.equal(newest, report.recoveredTo, "the archive ends where the report says");
    assert.ok(report.lostSeconds <= PART_SECONDS + ON_ITS_WAY_SECONDS, `${report.lostSeconds} s`);
    assert.equal((await api.get(`/exports/${job?.id}`, Export)).state, "waiting");
    reports.push(report);
  }
  assert.equal(await publish(clip, url).done, 0);
  const ended = await hooks.next("broadcast_ended");
  const broadcast = await api.get(`/broadcasts/${ended.broadcast}`, Broadcast);

  assert.deepEqual(new Set(reports.map((report) => report.broadcast)), new Set([broadcast.id]));
  assert.deepEqual(
    broadcast.gaps.map(({ from, reason }) => ({ from, reason })),
    reports.map(({ recoveredTo }) => ({ from: recoveredTo, reason: "restart" })),
  );

  const files = await archivedFiles();
  assert.equal(files.length, SENT_AT_KILLS.length + 1);
  const held: (number | undefined)[][] = [];
  for (const file of files) held.push((await measure(file)).frames.map(({ number }) => number));
  for (const [kill, frames] of held.slice(0, -1).entries()) {
    const lost = ((sent[kill] ?? 0) - frames.length) / FPS;
    const told = reports[kill]?.lostSeconds ?? 0;
    assert.ok(frames.length - unbroken(frames).length <= B_FRAMES, frames.join());
    assert.ok(lost <= PART_SECONDS + ON_ITS_WAY_SECONDS, `${lost} s lost in kill ${kill}`);
    assert.ok(lost <= told + ON_ITS_WAY_SECONDS, `${told} s told, ${lost} s lost`);
  }
  assert.equal(unbroken(held.at(-1) ?? []).length, CLIP_SECONDS * FPS);

  const dvr = await measure(broadcast.playback.hls ?? "", { audio: false });
  const seen = dvr.frames.map(({ number }) => number);
  assert.deepEqual(seen, held.flat(), "DVR plays what is on disk");

  const made = await hooks.next("dvr_mp4_export_ready");
  assert.equal(made.data.export, job?.id);
  const movie = await measure(made.data.playback.mp4 ?? "");
  assert.deepEqual(
    connections(movie.frames.map(({ number }) => number)).map(unbroken),
    held.map(unbroken),
  );
  // Where a connection begins, the beep of the one before may still be heard: its flash was lost.
  const flashes = movie.frames.filter(({ number = 0 }) => number > 0 && number % FPS === 0);
  assert.ok(flashes.length > SENT_AT_KILLS.length * 2);
  for (const { pts } of flashes) {
    assert.ok(
      movie.beeps.some((beep) => Math.abs(beep - pts) <= 0.02),
      `no beep at ${pts} s`,
    );
  }

  const log = await deliveredLog(api, hooks);
  assertSound(log, hooks, log.find(({ type }) => type === "stream_created")?.sequence ?? 1);
  const types = log
    .map(({ type }) => type)
    .filter((type) => !["stream_health", "dvr_mp4_export_progress", "asset_ready"].includes(type))
    .filter((type) => !type.startsWith("play_"));
  assert.deepEqual(types, [
    "server_started",
    "stream_created",
    ...["publish_started", "broadcast_started", "playback_ready"],
    ...SENT_AT_KILLS.flatMap(() => AFTER_A_KILL),
    ...["publish_stopped", "broadcast_ended"],
    ...["dvr_mp4_export_start", "dvr_mp4_export_ready"],
  ]);
});
