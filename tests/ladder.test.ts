import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import { Broadcast, Stream, StreamHealth } from "@oxbow/contract";
import { z } from "zod";
import { makeClip } from "../fixtures/clip.ts";
import { measure } from "../fixtures/measure.ts";
import { type ApiClient, apiOf } from "./api.ts";
import { encodersOf, isGone } from "./child-processes.ts";
import { type EventLog, eventLogOf } from "./follow-log.ts";
import { picturesOf, type Quality, type QualityEntry, qualitiesOf } from "./hls-qualities.ts";
import { publish } from "./publisher.ts";
import { type ServerProcess, startServer } from "./server-process.ts";
import { until } from "./until.ts";

const LADDER = ["source", "180p", { name: "small", height: 90, fps: 15, bitrate: 100_000 }];
const SECONDS = 12;
const Broadcasts = z.object({ items: z.array(Broadcast) });

let folder = "";
let clip = "";
let server: ServerProcess;
let api: ApiClient;
let log: EventLog;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-ladder-"));
  clip = join(folder, "clip.flv");
  await makeClip(clip, { duration: 60, width: 640, height: 360, gop: 2 });
  server = await startServer();
  api = apiOf(server);
  log = eventLogOf(server);
});
after(async () => {
  await log[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function create(name: string, options: object = {}): Promise<Stream> {
  return api.post("/streams", { name, ladder: LADDER, ...options }, Stream);
}

/** Waits until all qualities of a live stream are listed with media. */
function allQualities({ playback }: Stream): Promise<Quality[]> {
  return until("all qualities are offered", async () => {
    const answer = await fetch(playback.hls);
    if (!answer.ok) return undefined;
    const found = await qualitiesOf(playback.hls);
    const ready = found.length === 3 && found.every(({ entries }) => entries.length > 1);
    return ready ? found : undefined;
  });
}

/** rfc8216bis §6.2.4: what a playlist says of an entry that others have as well. */
function toldOf({ sequence, discontinuitySequence, seconds, wall }: QualityEntry) {
  return { sequence, discontinuitySequence, seconds, wall };
}

/** Entries that a quality lists are the source's, one for one; `trails`: so many may be missing at its end. */
function agree(source: Quality | undefined, other: Quality, trails: number): void {
  assert.ok(source);
  const first = other.entries[0]?.sequence ?? Number.NaN;
  const ours = source.entries.filter(({ sequence }) => sequence >= first).map(toldOf);
  const theirs = other.entries.filter(
    ({ sequence }) => sequence <= (source.entries.at(-1)?.sequence ?? 0),
  );
  assert.deepEqual(theirs.map(toldOf), ours.slice(0, theirs.length));
  assert.ok(ours.length - theirs.length <= trails, `${ours.length - theirs.length} behind`);
}

test("each quality has the source's pictures, cut where the source is", async (t) => {
  const stream = await create("aligned");
  const encoder = publish(clip, stream.publish.rtmp.url ?? "", {
    input: ["-t", String(SECONDS)],
  });
  const [source, ...others] = await allQualities(stream);
  assert.ok(source);
  assert.deepEqual(
    [source, ...others].map(({ height }) => height),
    [360, 180, 90],
  );
  for (const other of others) agree(source, other, 1);
  const health = await api.get("/streams/aligned/health", StreamHealth);
  assert.equal(health.transcoder?.state, "running");
  t.diagnostic(`frames come out ${health.transcoder?.delayMs} ms after they went in`);
  assert.equal(await encoder.done, 0);

  const { broadcast: id } = await log.find(
    "broadcast_ended",
    (event) => event.stream?.name === "aligned",
  );
  const broadcast = await api.get(`/broadcasts/${id}`, Broadcast);
  const recorded = await qualitiesOf(broadcast.playback.hls ?? "");
  await t.test("the recording has them all", () => recordedAlike(recorded));
});

async function recordedAlike(recorded: readonly Quality[]): Promise<void> {
  const [source, ...others] = recorded;
  assert.ok(source);
  assert.equal(others.length, 2);
  let compared = 0;
  for (const other of others) {
    assert.deepEqual(other.entries.map(toldOf), source.entries.map(toldOf));
    for (const [at, entry] of other.entries.entries()) {
      const theirs = source.entries[at];
      if (entry.gap || theirs === undefined) continue;
      const ours = await picturesOf(entry, join(folder, "rendition.mp4"));
      const wanted = await picturesOf(theirs, join(folder, "source.mp4"));
      const [first, original] = [ours[0], wanted[0]];
      assert.ok(first?.number !== undefined && original?.number !== undefined);
      assert.ok(
        Math.abs(first.number - original.number) <= 1,
        `segment ${entry.sequence} begins with ${first.number}, the source's with ${original.number}`,
      );
      assert.ok(Math.abs(first.pts - original.pts) <= 0.034, `${first.pts} and ${original.pts}`);
      // Half as many pictures where half as many were asked for.
      const share = other.height === 90 ? 0.5 : 1;
      assert.ok(Math.abs(ours.length - wanted.length * share) <= 1, `${ours.length} pictures`);
      compared += 1;
    }
  }
  assert.ok(compared >= SECONDS * 0.8, `${compared} segments were compared`);
}

test("a recorded quality is a film of its own, with its sound", async () => {
  const { items } = await api.get("/streams/aligned/broadcasts", Broadcasts);
  const mp4 = items[0]?.playback.mp4 ?? "";
  const file = await measure(`${mp4}?rendition=180p`);
  assert.ok(file.frames.length >= (SECONDS - 4) * 30, `${file.frames.length} pictures`);
  const numbers = file.frames.map(({ number }) => number ?? Number.NaN);
  assert.deepEqual(
    numbers,
    numbers.map((_, at) => (numbers[0] ?? 0) + at),
  );
  const worst = Math.max(...file.offsets.map(Math.abs));
  assert.ok(file.offsets.length > SECONDS / 2 && worst <= 45, `sound is off by ${worst} ms`);
});

/** Entries of the source's playlist grow by the clock: nothing is missing, nothing comes late. */
async function sourceGoesOn(stream: Stream, t: TestContext): Promise<void> {
  const [source] = await qualitiesOf(stream.playback.hls);
  const last = source?.entries.at(-1)?.sequence ?? 0;
  const began = Date.now();
  await until("the source goes on", async () => {
    const [now] = await qualitiesOf(stream.playback.hls);
    const entries = now?.entries.filter(({ sequence }) => sequence > last) ?? [];
    assert.ok(
      entries.every(({ gap }) => !gap),
      "the source has a gap",
    );
    return entries.length >= 3 ? true : undefined;
  });
  const took = Date.now() - began;
  t.diagnostic(`three segments of the source in ${took} ms`);
  assert.ok(took < 12_000, `${took} ms for three segments of two seconds`);
}

test("a transcoder that stands still or dies is told and made anew; the source goes on", async (t) => {
  const stream = await create("troubled");
  await using encoder = publish(clip, stream.publish.rtmp.url ?? "");
  await allQualities(stream);
  for (const signal of ["SIGSTOP", "SIGKILL"] as const) {
    const sofar = log.seen.length;
    const [pid] = await encodersOf(server.pid);
    assert.ok(pid);
    process.kill(pid, signal);
    await sourceGoesOn(stream, t);
    const isNew = ({ id }: { id: string }) => log.seen.findIndex((each) => each.id === id) >= sofar;
    const { data } = await log.find("transcoder_degraded", isNew);
    assert.equal(data.reason, signal === "SIGSTOP" ? "hung" : "crashed");
    await log.find("transcoder_recovered", isNew);
    assert.ok(await isGone(pid), "the old one is gone");
    const [source, ...others] = await allQualities(stream);
    for (const other of others) agree(source, other, 1);
  }
  await encoder.kill();
  assert.ok(log.seen.every(({ type }) => type !== "archive_gap"));
});

test("no transcoder outlives a server that was killed, not even one that stands still", async () => {
  const stream = await create("orphans");
  await using _ = publish(clip, stream.publish.rtmp.url ?? "");
  await allQualities(stream);
  const pids = await encodersOf(server.pid);
  const [first] = pids;
  assert.ok(first);
  process.kill(first, "SIGSTOP");
  await server.kill();
  await until("they are gone", async () => {
    const gone = await Promise.all(pids.map(isGone));
    return gone.every(Boolean) ? true : undefined;
  });
  await server.restart();
});
