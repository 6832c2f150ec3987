import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { millis, plus } from "@oxbow/media";
import { cpuSeconds, median, memory, report } from "./process-figures.ts";
import { goOnAir, openRecorded, readLoop, STREAM, thinned } from "./recorded-archive.ts";
import { makeClip } from "./sample-clip.ts";

// Playlists of a broadcast that has been on air for hours: the first answer, then after each new segment
// the whole list, its compressed bytes and a delta update, in milliseconds of a process that does nothing
// else; and an hour of a short and of a long archive, which must cost the same.

const FROM = millis(1_763_000_000_000);
const HOUR = 3600;
const REFRESHES = 50;

type Recorded = Awaited<ReturnType<typeof openRecorded>>;

const folder = await mkdtemp(join(tmpdir(), "oxbow-bench-dvr-"));
try {
  const clip = join(folder, "clip.flv");
  await makeClip(clip, 20);
  const loop = thinned(await readLoop(clip));
  const recorded = await openRecorded(folder);
  const broadcast = goOnAir(recorded, loop, FROM);
  await broadcast.go(HOUR + 10);
  await hourOf("hour in one hour", recorded, 0);
  await broadcast.go(9 * HOUR);
  await hourOf("hour in ten hours", recorded, 8 * HOUR + 600);
  await running(recorded, () => broadcast.go(2));
  await broadcast.end();
  await recorded.archive[Symbol.asyncDispose]();
  await recorded.store[Symbol.asyncDispose]();
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function playlist({ archive }: Recorded, query: string) {
  const began = performance.now();
  const answer = await archive.dvrRoute(STREAM, "video.m3u8", new URLSearchParams(query));
  const ms = performance.now() - began;
  if (answer === undefined) throw new Error("No playlist");
  return { answer, ms };
}

/** A finished hour that nobody asked for before. */
async function hourOf(what: string, recorded: Recorded, at: number): Promise<void> {
  const from = plus(FROM, at * 1000 + 1);
  const { answer, ms } = await playlist(recorded, `from=${from}&to=${plus(from, 3_599_000)}`);
  report({ bench: "dvr", what, ms: round(ms), bytes: answer.bytes });
}

/** Ten hours that run along. */
async function running(recorded: Recorded, segment: () => Promise<void>): Promise<void> {
  const query = `from=${FROM}`;
  const before = memory(process.pid).now;
  const first = await playlist(recorded, query);
  const whole: number[] = [];
  const delta: number[] = [];
  let [bytes, zipped, deltaBytes, cpu] = [0, 0, 0, 0];
  for (let at = 0; at < REFRESHES; at += 1) {
    await segment();
    const used = cpuSeconds(process.pid);
    const one = await playlist(recorded, query);
    const two = await playlist(recorded, `${query}&_HLS_skip=YES`);
    cpu += cpuSeconds(process.pid) - used;
    whole.push(one.ms);
    delta.push(two.ms);
    [bytes, deltaBytes] = [one.answer.bytes, two.answer.bytes];
    if (at === 0) zipped = (await one.answer.gzip?.())?.length ?? 0;
  }
  report({
    bench: "dvr",
    what: "ten hours running",
    firstMs: round(first.ms),
    refreshMs: round(median(whole)),
    deltaMs: round(median(delta)),
    cpuMsEach: round((cpu * 1000) / REFRESHES),
    memoryMiB: round((memory(process.pid).now - before) / 2 ** 20),
    ...{ bytes, zipped, deltaBytes },
  });
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
