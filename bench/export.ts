import { execFile, fork } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { millis, plus } from "@oxbow/media";
import { Assets } from "../apps/server/src/assets/index.ts";
import { Exports } from "../apps/server/src/exports/index.ts";
import { createJobs } from "../apps/server/src/jobs/index.ts";
import {
  assetStore,
  exportPins,
  jobStore,
  type Tx,
  uploadStore,
} from "../apps/server/src/store/index.ts";
import { cpuSeconds, median, memory, report } from "./process-figures.ts";
import { openRecorded, readLoop, record, STREAM, thinned } from "./recorded-archive.ts";
import { makeClip } from "./sample-clip.ts";

// A copy export of an hour of 720p (1.19 GB) beside cat, cp and ffmpeg over the same bytes in the same run,
// one of ten seconds, one with the tables of a day and hardly any media, and the first byte of instant MP4s
// of an hour and of a day. Every measurement is a process of its own.

const run = promisify(execFile);
const FROM = millis(1_763_000_000_000);
const HOUR = 3600;
const ROUNDS = 3;

type Figures = Readonly<Record<string, number>>;

const [, , part, folder = ""] = process.argv;
if (part === undefined) await all();
else process.send?.(await parts(part, folder));

async function parts(name: string, data: string): Promise<Figures> {
  switch (name) {
    case "hour":
      return recordInto(data, HOUR, false);
    case "day":
      return recordInto(data, 24 * HOUR, true);
    case "export-sha256":
      return exportLong(data, "sha256", HOUR);
    case "export-none":
      return exportLong(data, "none", HOUR);
    case "export-day":
      return exportLong(data, "sha256", 24 * HOUR);
    case "export-small":
      return exportSmall(data);
    default:
      return firstByte(data, name === "instant-day" ? 24 * HOUR : HOUR);
  }
}

async function all(): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), "oxbow-bench-export-"));
  try {
    const [hour, day] = [join(root, "hour"), join(root, "day")];
    await mkdir(hour);
    await mkdir(day);
    await apart("hour", hour);
    await apart("day", day);
    const source = await mediaFile(join(hour, "archive"));
    await run("split", ["-b", "660000", "-a", "5", source, join(root, "piece-")]);
    await run("sync");
    const exports: Record<string, Figures[]> = {};
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const name of ["export-sha256", "export-none"]) {
        (exports[name] ??= []).push(await apart(name, hour));
      }
      await peers(source, root, exports);
    }
    for (const [name, rounds] of Object.entries(exports)) tell(name, rounds);
    for (const [name, data] of [
      ["export-small", hour],
      ["export-day", day],
      ["instant-hour", hour],
      ["instant-day", day],
    ] as const) {
      const rounds: Figures[] = [];
      for (let round = 0; round < ROUNDS; round += 1) rounds.push(await apart(name, data));
      tell(name, rounds);
    }
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** Runs one part in a process of its own. */
async function apart(name: string, data: string): Promise<Figures> {
  const child = fork(import.meta.filename, [name, data]);
  const died = once(child, "exit").then(() => {
    throw new Error(`"${name}" ended without figures`);
  });
  const figures: Figures = await Promise.race([
    once(child, "message").then(([said]) => said),
    died,
  ]);
  child.kill("SIGKILL");
  await died.catch(() => undefined);
  return figures;
}

function tell(name: string, rounds: readonly Figures[]): void {
  const medians: Record<string, number> = {};
  for (const key of Object.keys(rounds[0] ?? {})) {
    medians[key] = Math.round(median(rounds.map((figures) => figures[key] ?? 0)) * 1000) / 1000;
  }
  report({ bench: "export", what: name, rounds: rounds.length, ...medians });
}

async function recordInto(data: string, seconds: number, thin: boolean): Promise<Figures> {
  const clip = join(data, "clip.flv");
  await makeClip(clip, 20);
  const loop = await readLoop(clip);
  const recorded = await openRecorded(data);
  await record(recorded, thin ? thinned(loop) : loop, FROM, seconds);
  await recorded.archive[Symbol.asyncDispose]();
  await recorded.store[Symbol.asyncDispose]();
  return {};
}

async function openExports(data: string) {
  const { archive, store, world } = await openRecorded(data);
  const base = "http://127.0.0.1";
  const urls = { base, recording: () => ({ hls: base }) };
  const recordings = {
    stream: async () => STREAM,
    marks: async () => [],
    broadcast: async () => undefined,
    openBroadcast: async () => undefined,
    broadcastBefore: async () => undefined,
  };
  const root = join(data, "assets");
  const assets = new Assets<Tx>({
    root,
    store: assetStore(store),
    uploads: uploadStore(store),
    uploadMaxBytes: 2 ** 30,
    policyOf: () => "public",
    urls,
    world,
  });
  const ports = { archive, recordings, pins: exportPins(), assets, urls, world };
  const exports = new Exports<Tx>({ ...ports, ffmpeg: "ffmpeg", transcodes: 1 });
  const queue = { running: 1, leaseMs: 15_000, owner: world.id("ses") };
  const jobs = createJobs<Tx>({ store: jobStore(store), kinds: exports.kinds, world, ...queue });
  exports.useJobs(jobs);
  await jobs.start();
  return { exports, assets, store };
}

/** An export from the request to its ready event, with fsync, and what it costs the process. */
async function exportLong(
  data: string,
  checksum: "sha256" | "none",
  length: number,
): Promise<Figures> {
  const opened = await openExports(data);
  // A server has exported before: what is measured is the work, not the loading of its parts.
  await exportRange(opened, 600, checksum);
  const idle = memory(process.pid).now;
  const cpu = cpuSeconds(process.pid);
  const began = performance.now();
  let late = 0;
  let ticked = began;
  const ticks = setInterval(() => {
    late = Math.max(late, performance.now() - ticked - 10);
    ticked = performance.now();
  }, 10);
  const bytes = await exportRange(opened, length - 1, checksum);
  const seconds = (performance.now() - began) / 1000;
  clearInterval(ticks);
  return {
    seconds,
    cpuSeconds: cpuSeconds(process.pid) - cpu,
    memoryAboveIdleMiB: (memory(process.pid).peak - idle) / 2 ** 20,
    eventLoopLateMs: late,
    bytes,
  };
}

/** Ten seconds of media from the request to the ready event: the first export of a process, and later ones. */
async function exportSmall(data: string): Promise<Figures> {
  const opened = await openExports(data);
  const took: number[] = [];
  for (let round = 0; round < 10; round += 1) {
    const began = performance.now();
    await exportRange(opened, 11, "sha256");
    took.push(performance.now() - began);
  }
  const [firstMs = Number.NaN, ...later] = took;
  return { firstMs, laterMs: median(later) };
}

/** Exports from the first second to that of `end`, and removes what came of it. */
async function exportRange(
  { exports, assets, store }: Awaited<ReturnType<typeof openExports>>,
  end: number,
  checksum: "sha256" | "none",
): Promise<number> {
  const range = { from: plus(FROM, 1000), to: plus(FROM, end * 1000) };
  const { id } = await exports.create({ stream: STREAM.id, ...range, checksum });
  for (;;) {
    const committed = Promise.withResolvers<void>();
    const stop = store.onCommit(() => committed.resolve());
    const { state, asset, error } = await exports.get(id);
    if (state === "failed") throw new Error(error?.message);
    if (state !== "ready") await committed.promise;
    stop();
    if (state !== "ready") continue;
    const { bytes } = await assets.get(asset ?? "");
    await assets.remove(asset ?? "");
    return bytes;
  }
}

/** From the request to the first bytes of an instant MP4; nothing of it was asked for before. */
async function firstByte(data: string, seconds: number): Promise<Figures> {
  const { exports } = await openExports(data);
  // An ordinary server has planned before: what is measured is the plan, not the compiler.
  const warm = await exports.instantMp4(STREAM.id, plus(FROM, 5000), plus(FROM, 600_000));
  for await (const _ of warm.read(0, 1)) break;
  const idle = memory(process.pid).now;
  const began = performance.now();
  const movie = await exports.instantMp4(
    STREAM.id,
    plus(FROM, 1000),
    plus(FROM, (seconds - 1) * 1000),
  );
  for await (const _ of movie.read(0, movie.bytes)) break;
  const firstByteMs = performance.now() - began;
  const memoryAboveIdleMiB = (memory(process.pid).peak - idle) / 2 ** 20;
  const again = performance.now();
  const known = await exports.instantMp4(
    STREAM.id,
    plus(FROM, 1000),
    plus(FROM, (seconds - 1) * 1000),
  );
  for await (const _ of known.read(0, known.bytes)) break;
  return { firstByteMs, plannedFirstByteMs: performance.now() - again, memoryAboveIdleMiB };
}

/** What does the same to the same bytes: each with a sync, as our export has. */
async function peers(source: string, root: string, into: Record<string, Figures[]>): Promise<void> {
  const target = join(root, "peer.mp4");
  const quiet = "-v error -y";
  const commands: readonly (readonly [name: string, command: string])[] = [
    ["cat-of-segments", `cat ${join(root, "piece-")}* > ${target} && sync ${target}`],
    ["cp", `cp ${source} ${target} && sync ${target}`],
    [
      "ffmpeg-copy",
      `ffmpeg ${quiet} -i ${source} -c copy -movflags +faststart ${target} && sync ${target}`,
    ],
  ];
  for (const [name, command] of commands) {
    const { stderr } = await run("bash", ["-c", `TIMEFORMAT="%R %U %S"; time { ${command}; }`]);
    const [seconds = 0, user = 0, system = 0] = stderr.trim().split(" ").map(Number);
    (into[name] ??= []).push({ seconds, cpuSeconds: user + system });
    await rm(target, { force: true });
    await run("sync");
  }
}

/** The largest media file below a folder. */
async function mediaFile(below: string): Promise<string> {
  let found = { path: "", bytes: 0 };
  for (const name of await readdir(below, { recursive: true })) {
    const path = join(below, name);
    const { size } = await stat(path);
    if (name.endsWith(".mp4") && size > found.bytes) found = { path, bytes: size };
  }
  return found.path;
}
