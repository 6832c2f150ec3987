import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type MovieTrack, readMovie } from "@oxbow/containers";
import { AUDIO_TRACK, type Frame, type Millis, type Track, VIDEO_TRACK } from "@oxbow/media";
import { runFfmpeg } from "../ffmpeg/index.ts";
import { MATROSKA_TIMESCALE, matroskaFrameHeader, matroskaHeader } from "./matroska.ts";
import type { RenditionOutput, RenditionReason } from "./ports.ts";

const LIMITS = { timeoutMs: 30_000, mostBytes: 1 << 26 };

/** A source whose pictures are grey, each as its number says; it beeps twice a second. */
export type Source = { readonly tracks: readonly Track[]; readonly frames: readonly Frame[] };

/** Grey of a picture, by its number in the order of presentation. */
export const greyOf = (number: number): number => 20 + ((number * 7) % 200);

/** Makes a source of 320 × 180 with these options of ffmpeg's encoders, and with sound if they name some. */
export async function makeSource(
  seconds: number,
  encoding: readonly string[],
  { rate = "30", size = "320x180", sound = true } = {},
): Promise<Source> {
  const folder = await mkdtemp(join(tmpdir(), "oxbow-transcode-"));
  try {
    const path = join(folder, "source.mp4");
    const grey = `color=black:size=${size}:rate=${rate}:duration=${seconds},format=yuv420p,geq=lum='20+mod(N*7\\,200)':cb=128:cr=128`;
    const beep = "if(lt(mod(t-0.1\\,0.5)\\,0.05)\\,0.8*sin(2*PI*1000*t)\\,0)";
    const tone = ["-f", "lavfi", "-i", `aevalsrc=${beep}:s=48000:d=${seconds}`];
    const video = ["-video_track_timescale", "90000"];
    const args = ["-f", "lavfi", "-i", grey, ...(sound ? tone : []), ...encoding, ...video, path];
    await runFfmpeg({ program: "ffmpeg", args, protocols: "file", ...LIMITS });
    const file = await readFile(path);
    const movie = await readMovie(
      async (offset, length) => file.subarray(offset, offset + length),
      file.length,
    );
    return interleaved(movie.tracks, file);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Frames by their decode time, a second after the beginning of the timeline. */
function interleaved(tracks: readonly MovieTrack[], file: Buffer): Source {
  const known = tracks.map(({ track }) => {
    const id = track.config.kind === "video" ? VIDEO_TRACK : AUDIO_TRACK;
    return { ...track, id };
  });
  const frames = tracks.flatMap(({ table }, at) => {
    const { id = 0, timescale = 1 } = known[at] ?? {};
    const { syncs } = table;
    return Array.from({ length: table.count }, (_, sample): Frame & { seconds: number } => {
      const from = table.offsets[sample] ?? 0;
      const dts = (table.dts[sample] ?? 0) + timescale;
      return {
        track: id,
        dts,
        cto: table.ctos?.[sample] ?? 0,
        key: syncs === "all" || syncs.includes(sample),
        data: file.subarray(from, from + (table.sizes[sample] ?? 0)),
        seconds: dts / timescale,
      };
    });
  });
  const ordered = frames.toSorted((a, b) => a.seconds - b.seconds);
  return { tracks: known, frames: ordered };
}

/** Presentation times of a source's pictures, in order, with what is a keyframe. */
export function shown(source: Source): { pts: number; key: boolean }[] {
  return source.frames
    .filter(({ track }) => track === VIDEO_TRACK)
    .map(({ dts, cto, key }) => ({ pts: dts + cto, key }))
    .toSorted((a, b) => a.pts - b.pts);
}

/** Units of the source's sound that are heard from its first picture on. */
export function heard(source: Source): Frame[] {
  const from = ((shown(source)[0]?.pts ?? 0) / 90_000) * 48_000;
  return source.frames.filter(({ track, dts }) => track === AUDIO_TRACK && dts + 1024 > from);
}

/** What a rendition got in one stretch. */
export type GotStretch = {
  readonly reason: RenditionReason;
  readonly tracks: readonly Track[];
  readonly frames: Frame[];
  /** Undefined while it is open. */
  clean?: boolean;
};

/** Keeps all that comes of one rendition. */
export class Got implements RenditionOutput {
  readonly stretches: GotStretch[] = [];
  /** `begin`, `finish`, `lost` and `end`, in order. */
  readonly calls: string[] = [];

  begin(stretch: { reason: RenditionReason; tracks: readonly Track[]; origin: Millis }): void {
    this.calls.push(`begin ${stretch.reason}`);
    this.stretches.push({ reason: stretch.reason, tracks: stretch.tracks, frames: [] });
  }
  frame(frame: Frame): void {
    this.stretches.at(-1)?.frames.push(frame);
  }
  finish(clean: boolean): void {
    this.calls.push(clean ? "finish" : "break");
    const stretch = this.stretches.at(-1);
    if (stretch !== undefined) stretch.clean = clean;
  }
  lost(): void {
    this.calls.push("lost");
  }
  end(): void {
    this.calls.push("end");
  }

  pictures(): Frame[] {
    return this.stretches.flatMap(({ frames }) =>
      frames.filter((each) => each.track === VIDEO_TRACK),
    );
  }
  sounds(): Frame[] {
    return this.stretches.flatMap(({ frames }) =>
      frames.filter((each) => each.track === AUDIO_TRACK),
    );
  }
}

/** The mean grey of each picture, as a decoder shows them. */
export async function greys(track: Track, pictures: readonly Frame[]): Promise<number[]> {
  const input: Uint8Array[] = [matroskaHeader([{ ...track, id: VIDEO_TRACK }])];
  for (const [at, { key, data }] of pictures.entries()) {
    input.push(matroskaFrameHeader(VIDEO_TRACK, at * 4000, key, data.length), data);
  }
  const args = ["-f", "matroska", "-i", "pipe:0", "-fps_mode", "passthrough"];
  const form = [
    "-vf",
    "scale=1:1:flags=area,format=yuv444p,extractplanes=y",
    "-f",
    "rawvideo",
    "pipe:1",
  ];
  return [...(await runFfmpeg({ program: "ffmpeg", args: [...args, ...form], input, ...LIMITS }))];
}

/** Seconds on the timeline at which beeps begin, as a decoder plays them. */
export async function beeps(track: Track, units: readonly Frame[]): Promise<number[]> {
  const input: Uint8Array[] = [matroskaHeader([track])];
  for (const { dts, data } of units) {
    const at = Math.round((dts / track.timescale) * MATROSKA_TIMESCALE);
    input.push(matroskaFrameHeader(track.id, at, true, data.length), data);
  }
  const form = ["-ar", "48000", "-ac", "1", "-f", "f32le", "pipe:1"];
  // All that it gives, the samples that Opus has skipped included.
  const args = ["-flags2", "+skip_manual", "-f", "matroska", "-i", "pipe:0", ...form];
  const samples = await runFfmpeg({ program: "ffmpeg", args, input, ...LIMITS });
  const from = (units[0]?.dts ?? 0) / track.timescale;
  const found: number[] = [];
  let quiet = 5_000;
  for (let at = 0; at * 4 < samples.length; at += 1) {
    if (Math.abs(samples.readFloatLE(at * 4)) < 0.3) quiet += 1;
    else {
      if (quiet >= 5_000) found.push(from + at / 48_000);
      quiet = 0;
    }
  }
  return found;
}
