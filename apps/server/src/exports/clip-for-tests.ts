import { execFile } from "node:child_process";
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { readInit, scanFragments } from "@oxbow/containers";
import { type Millis, millis, plus, type Track } from "@oxbow/media";
import { walkSamples } from "./plan/samples.ts";
import type { ArchivedChunk, ArchivedGap, ArchivedRange, ArchivedSpan } from "./ports.ts";

const run = promisify(execFile);

export type ClipOptions = {
  readonly seconds: number;
  readonly video?: boolean;
  readonly audio?: boolean;
  readonly rate?: number;
  readonly gop?: number;
  readonly bframes?: number;
  readonly size?: string;
  /** A further ffmpeg filter for the picture. */
  readonly filter?: string;
};

/** A real encode in an archive file: chunks of one track each, at most half a second long. */
export type Clip = {
  readonly file: string;
  readonly tracks: readonly Track[];
  readonly chunks: readonly ArchivedChunk[];
  readonly bytes: number;
};

/** Encodes a test picture and a tone into a fragmented MP4 as the archive writes it. */
export async function encodeClip(
  folder: string,
  name: string,
  options: ClipOptions,
): Promise<Clip> {
  const { seconds, rate = 30, gop = 60, bframes = 2, size = "160x90" } = options;
  const file = join(folder, `${name}.mp4`);
  const input: string[] = [];
  const output: string[] = [];
  if (options.video !== false) {
    input.push("-f", "lavfi", "-i", `testsrc2=size=${size}:rate=${rate}`);
    if (options.filter !== undefined)
      output.push("-vf", options.filter, "-fps_mode", "passthrough");
    output.push("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p");
    output.push("-g", `${gop}`, "-keyint_min", `${gop}`, "-sc_threshold", "0", "-bf", `${bframes}`);
    output.push("-video_track_timescale", "90000");
  }
  if (options.audio !== false) {
    input.push("-f", "lavfi", "-i", "sine=frequency=440:beep_factor=4:sample_rate=48000");
    // Without noise substitution a decoder gives the same samples wherever it begins.
    output.push("-c:a", "aac", "-aac_pns", "0", "-b:a", "64k");
  }
  const flags = "empty_moov+default_base_moof+separate_moof+frag_keyframe";
  const shape = ["-movflags", flags, "-frag_duration", "500000", "-f", "mp4"];
  await run("ffmpeg", [
    "-v",
    "error",
    "-y",
    ...input,
    "-t",
    `${seconds}`,
    ...output,
    ...shape,
    file,
  ]);
  return readClip(file);
}

/** Reads a clip that was encoded before. */
export async function readClip(file: string): Promise<Clip> {
  const bytes = await readFile(file);
  const init = readInit(bytes);
  const chunks: ArchivedChunk[] = [];
  for (const chunk of scanFragments(bytes, init.bytes)) {
    const duration = durationOf(chunk.samples.durations, chunk.samples.count);
    chunks.push({ ...chunk, duration });
  }
  return { file, tracks: init.tracks, chunks, bytes: bytes.length };
}

function durationOf(durations: Uint32Array | number, count: number): number {
  if (typeof durations === "number") return durations * count;
  return durations.reduce((sum, ticks) => sum + ticks, 0);
}

export type Placed = {
  readonly clip: Clip;
  readonly origin: Millis;
  readonly broadcast?: string;
  /** `source` where none is named. */
  readonly rendition?: string;
};

/**
 * An archive file of any size that costs no disk: sparse, with an index that repeats the tables of a real
 * clip's first pictures, each chunk of 80 MB.
 */
export async function sparseClip(clip: Clip, file: string, chunks: number): Promise<Clip> {
  const step = 80 * 1024 * 1024;
  await using handle = await open(file, "w");
  await handle.truncate(chunks * step);
  const [first] = clip.chunks;
  if (first === undefined) throw new RangeError("The clip is empty");
  const { count } = first.samples;
  const sizes = first.samples.sizes.map(() => Math.floor((step - first.headerBytes) / count));
  const bytes = first.headerBytes + (sizes[0] ?? 0) * count;
  const all = Array.from({ length: chunks }, (_, at) => ({
    ...first,
    offset: at * step,
    bytes,
    dts: first.dts + at * first.duration,
    samples: { ...first.samples, sizes },
  }));
  const tracks = clip.tracks.filter(({ id }) => id === first.track);
  return { file, tracks, chunks: all, bytes: chunks * step };
}

/** The wall clock of a clip's first presented sample and of its end. */
export function extentOf({ clip, origin }: Placed): { from: Millis; to: Millis } {
  let [from, to] = [Number.POSITIVE_INFINITY, 0];
  const leading = clip.tracks.find(({ config }) => config.kind === "video") ?? clip.tracks[0];
  for (const chunk of clip.chunks) {
    if (chunk.track !== leading?.id) continue;
    walkSamples(chunk, (_at, _dts, pts, duration) => {
      from = Math.min(from, pts / leading.timescale);
      to = Math.max(to, (pts + duration) / leading.timescale);
      return true;
    });
  }
  return { from: plus(origin, from * 1000), to: plus(origin, to * 1000) };
}

/** Answers for clips as the archive does for its files. */
export function resolveClips(placed: readonly Placed[], from: Millis, to: Millis): ArchivedRange {
  const spans: ArchivedSpan[] = [];
  const gaps: ArchivedGap[] = [];
  let at = from;
  placed.forEach((each, index) => {
    const { clip, origin, broadcast = "brd_1" } = each;
    const extent = extentOf(each);
    if (extent.to <= from || extent.from >= to) return;
    const begin = millis(Math.max(from, extent.from));
    const end = millis(Math.min(to, extent.to));
    if (begin > at) gaps.push({ from: at, to: begin, reason: "reconnect" });
    at = end;
    const { file, tracks, bytes } = clip;
    const stretch = { id: `stt_${index}`, broadcast, reason: "start", file, origin, tracks, bytes };
    spans.push({
      stretch: { ...stretch, ...extent },
      from: begin,
      to: end,
      chunks: async () => wantedChunks(each, begin, end),
    });
  });
  if (at < to) gaps.push({ from: at, to, reason: "offline" });
  return { from, to, spans, gaps };
}

function wantedChunks({ clip, origin }: Placed, from: Millis, to: Millis): ArchivedChunk[] {
  const wanted = new Set<ArchivedChunk>();
  for (const { id, timescale, config } of clip.tracks) {
    const ticks = (wall: number): number => ((wall - origin) * timescale) / 1000;
    const chunks = clip.chunks.filter((chunk) => chunk.track === id);
    let first = 0;
    chunks.forEach((chunk, at) => {
      walkSamples(chunk, (_at, _dts, pts, _duration, sync) => {
        if (config.kind === "video" && sync && pts <= ticks(from)) first = at;
        if (config.kind === "audio" && pts <= ticks(from - 100)) first = at;
        return true;
      });
    });
    let last = 0;
    chunks.forEach((chunk, at) => {
      walkSamples(chunk, (_at, _dts, pts) => {
        if (pts < ticks(to)) last = at;
        return true;
      });
    });
    for (const chunk of chunks.slice(first, last + 1)) wanted.add(chunk);
  }
  return clip.chunks.filter((chunk) => wanted.has(chunk));
}
