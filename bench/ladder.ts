import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import { createRun, writeFragmentHeader, writeInit } from "@oxbow/containers";
import { type Frame, millis, type Track } from "@oxbow/media";
import { pino } from "pino";
import {
  createTranscoders,
  encoderArguments,
  type Rendition,
  resolveLadder,
} from "../apps/server/src/transcode/index.ts";
import { type Film, openFilm } from "./ladder-film.ts";
import { childrenCpuSeconds, median, report } from "./process-figures.ts";

// A live ladder of three: CPU seconds for a second of it beside plain ffmpeg with the same ladder in the
// same run, how long a picture is on its way, and how near each rendition comes to the source. FILM names
// a film of one's own, LADDER other qualities, as names with commas between them, LATENCY `low` what is made
// of streams of low latency.

const SECONDS = Number(process.env["SECONDS"] ?? 10);
const ROUNDS = Number(process.env["ROUNDS"] ?? 3);
const LATENCY = process.env["LATENCY"] === "low" ? "low" : "normal";
const LADDER = (process.env["LADDER"] ?? "720p,480p,360p").split(",");

const run = promisify(execFile);
const BIG = { maxBuffer: 1 << 26 };

type Made = {
  readonly rendition: Rendition;
  readonly track: Track | undefined;
  readonly frames: Frame[];
  readonly delays: number[];
};

/** The ladder of a film by our transcoder: as fast as it goes, or in real time. */
async function ours(film: Film, inRealTime: boolean): Promise<readonly Made[]> {
  await using transcoders = createTranscoders({
    ffmpeg: "ffmpeg",
    world: { log: pino({ level: "silent" }) },
    limits: { niceness: 0, queueBytes: 1 << 30 },
  });
  await transcoders.encoders();
  const fed = new Map<number, number>();
  const made: {
    rendition: Rendition;
    track: Track | undefined;
    frames: Frame[];
    delays: number[];
  }[] = [];
  const tap = transcoders.open({
    stream: { id: "str_1", name: "bench" },
    broadcast: "brd_1",
    ladder: LADDER,
    latency: LATENCY,
    outputs: (rendition) => {
      const into: (typeof made)[number] = { rendition, track: undefined, frames: [], delays: [] };
      made.push(into);
      return {
        begin: ({ tracks }) => {
          into.track = tracks[0];
        },
        frame: (frame) => {
          into.frames.push(frame);
          into.delays.push(performance.now() - (fed.get(frame.dts) ?? Number.NaN));
        },
        finish: () => undefined,
        lost: () => process.stderr.write(`${rendition.name} is lost\n`),
        end: () => undefined,
      };
    },
    news: {
      degraded: (...told) => process.stderr.write(`${told.join(" ")}\n`),
      recovered: () => undefined,
    },
  });
  tap.begin({ reason: "start", tracks: [film.track], origin: millis(0) });
  const began = performance.now();
  for (const frame of film.frames) {
    const due = (frame.dts / film.track.timescale) * 1000 - (performance.now() - began);
    if (inRealTime && due > 0) await wait(due);
    fed.set(frame.dts + frame.cto, performance.now());
    tap.frame(frame);
  }
  // The end of a broadcast waits two seconds: what is measured flat out has all the time it wants.
  const whole = () => made.every(({ frames }) => frames.length >= film.frames.length - 2);
  for (let waited = 0; !whole() && waited < 600; waited += 1) await wait(100);
  await tap.end();
  return made;
}

/** The same qualities by ffmpeg alone, from the file into files. */
async function plain(film: Film, folder: string): Promise<void> {
  const renditions = resolveLadder(LADDER, film.config);
  const split = renditions.map((_, at) => `[s${at}]`).join("");
  const scales = renditions.map(
    ({ width, height }, at) => `[s${at}]scale=${width}:${height},format=yuv420p[v${at}]`,
  );
  const graph = [`[0:v]split=${renditions.length}${split}`, ...scales].join(";");
  const args = ["-v", "error", "-y", "-i", film.file, "-filter_complex", graph];
  for (const [at, rendition] of renditions.entries()) {
    args.push("-map", `[v${at}]`, ...encoderArguments("libx264", rendition, LATENCY));
    args.push(join(folder, `plain-${at}.mp4`));
  }
  await run("ffmpeg", args);
}

/** Of this process and of the children that it waited for. */
function cpuUsed(): number {
  const { user, system } = process.cpuUsage();
  return childrenCpuSeconds() + (user + system) / 1e6;
}

async function cpu(work: () => Promise<unknown>): Promise<number> {
  const before = cpuUsed();
  await work();
  return cpuUsed() - before;
}

async function compareCost(film: Film, folder: string): Promise<void> {
  const costs: { ours: number[]; plain: number[] } = { ours: [], plain: [] };
  // Finding encoders costs once for the life of a server.
  const finding = await cpu(async () => {
    const transcoders = createTranscoders({
      ffmpeg: "ffmpeg",
      world: { log: pino({ level: "silent" }) },
    });
    await transcoders.encoders();
  });
  for (let round = 0; round < ROUNDS; round += 1) {
    costs.ours.push(((await cpu(() => ours(film, false))) - finding) / film.seconds);
    costs.plain.push((await cpu(() => plain(film, folder))) / film.seconds);
  }
  const cost = { ours: median(costs.ours), plain: median(costs.plain) };
  report({
    bench: "ladder",
    what: "CPU seconds for a second of the ladder",
    ladder: LADDER,
    latency: LATENCY,
    oxbow: round(cost.ours),
    plainFfmpeg: round(cost.plain),
    ratio: round(cost.ours / cost.plain),
    runs: { oxbow: costs.ours.map(round), plainFfmpeg: costs.plain.map(round) },
  });
}

const round = (value: number): number => Math.round(value * 1000) / 1000;

function tellDelays(made: readonly Made[]): void {
  for (const { rendition, delays } of made) {
    const sorted = delays.toSorted((a, b) => a - b);
    const at = (share: number) =>
      Math.round(sorted[Math.floor(sorted.length * share)] ?? Number.NaN);
    report({
      bench: "ladder",
      what: "milliseconds from a picture of the source to the same of a rendition",
      rendition: rendition.name,
      pictures: delays.length,
      p50: at(0.5),
      p95: at(0.95),
      first: Math.round(delays[0] ?? Number.NaN),
    });
  }
}

/** Each rendition, scaled up to the source as a player does. */
async function tellQuality(film: Film, made: readonly Made[], folder: string): Promise<void> {
  const { stdout: filters } = await run("ffmpeg", ["-hide_banner", "-filters"], BIG);
  const measures = ["psnr", "ssim", ...(/\blibvmaf\b/.test(filters) ? ["libvmaf"] : [])];
  for (const { rendition, track, frames } of made) {
    if (track === undefined) continue;
    const file = join(folder, `${rendition.name}.mp4`);
    await writeFile(file, movie(track, frames));
    const figures: Record<string, number> = {};
    for (const measure of measures) {
      const scale = `[0:v]scale=${film.config.width}:${film.config.height}:flags=bicubic[a]`;
      const graph = `${scale};[a][1:v]${measure}=shortest=1`;
      const args = ["-v", "info", "-i", file, "-i", film.file, "-lavfi", graph, "-f", "null", "-"];
      const { stderr } = await run("ffmpeg", args, BIG);
      const [, figure] = /(?:average:|All:|VMAF score: )(\d+\.\d+)/.exec(stderr) ?? [];
      figures[measure] = Number(figure);
    }
    const bytes = frames.reduce((sum, { data }) => sum + data.length, 0);
    const { name, width, height, bitrate } = rendition;
    report({
      ...{ bench: "ladder", what: "likeness to the source", rendition: name, width, height },
      ...{ askedBitrate: bitrate, bitrate: Math.round((bytes * 8) / film.seconds), ...figures },
    });
  }
}

function movie(track: Track, frames: readonly Frame[]): Uint8Array {
  const [first] = frames;
  const end = (frames.at(-1)?.dts ?? 0) + 3000;
  const samples = createRun(frames, end);
  const header = writeFragmentHeader({
    sequence: 1,
    track: track.id,
    dts: first?.dts ?? 0,
    samples,
  });
  return Buffer.concat([writeInit([track]), header, ...frames.map(({ data }) => data)]);
}

const folder = await mkdtemp(join(tmpdir(), "oxbow-bench-ladder-"));
try {
  const film = await openFilm(folder, process.env["FILM"], SECONDS);
  await compareCost(film, folder);
  const made = await ours(film, true);
  tellDelays(made);
  await tellQuality(film, made, folder);
} finally {
  await rm(folder, { recursive: true, force: true });
}
