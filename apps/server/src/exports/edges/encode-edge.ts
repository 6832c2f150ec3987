import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { readInit, type ScannedChunk, scanFragmentFile, writeInit } from "@oxbow/containers";
import { Fault } from "@oxbow/contract";
import type { VideoConfig } from "@oxbow/media";
import type { ExportEncoder } from "../export-attempt.ts";
import { runEncoder } from "../transcode/run-encoder.ts";
import type { EdgeForm } from "./edge-form.ts";
import type { Edge } from "./find-edges.ts";
import type { SpanPictures } from "./span-pictures.ts";

export type EdgeOrder = {
  readonly edge: Edge;
  readonly pictures: SpanPictures;
  /** The archive's file. */
  readonly source: FileHandle;
  readonly form: EdgeForm;
  /** Of the parameter sets. */
  readonly id: number;
  /** Where the pictures are to be written. */
  readonly file: string;
  readonly encoder: ExportEncoder;
  readonly signal: AbortSignal;
  /** The part, from 0 to 1, that the encoder was given. */
  readonly progress: (part: number) => void;
};

/** Encoded pictures of an edge, in order of presentation, which is that of decoding too. */
export type EncodedEdge = {
  readonly edge: Edge;
  readonly file: string;
  readonly config: VideoConfig;
  readonly chunks: readonly ScannedChunk[];
};

/** Good enough that nobody sees where it begins. */
const QUALITY = 17;
/** Times the source's own bits, at the most; and what a small picture may have all the same. */
const BITRATE_FACTOR = 2;
const LEAST_BITRATE = 2_000_000;
/** `moov` of one track without samples is some 700 bytes. */
const INIT_BYTES = 64 * 1024;

/**
 * Encodes the pictures of an edge into a fragmented MP4. The source's chunks go to ffmpeg as they stand in
 * the archive, with their times; of what it decodes, the edge's pictures are kept by their times.
 * Fault as `runEncoder`; `media_unreadable` where not all of them can be decoded, `source_media_lost`.
 */
export async function encodeEdge(order: EdgeOrder): Promise<EncodedEdge> {
  const { encoder, signal } = order;
  await runEncoder({ encoder, args: argsOf(order), input: chunkBytes(order), signal });
  return readEncoded(order);
}

function failed(why: string): Fault {
  return new Fault("media_unreadable", `Cannot encode the pictures at the cut: ${why}`);
}

/** A file of one track, and then every chunk that the edge needs, as it is. */
async function* chunkBytes(order: EdgeOrder): AsyncGenerator<Uint8Array> {
  const { edge, pictures, source, progress } = order;
  yield writeInit([pictures.track]);
  for (const { chunk, place } of pictures.chunks) {
    if (place + chunk.samples.count <= edge.from || place >= edge.until) continue;
    const bytes = Buffer.alloc(chunk.bytes);
    const { bytesRead } = await source.read(bytes, 0, bytes.length, chunk.offset);
    if (bytesRead < bytes.length) {
      throw new Fault("source_media_lost", "An archive file is shorter than its index says");
    }
    yield bytes;
    progress((place + chunk.samples.count - edge.from) / (edge.until - edge.from));
  }
}

function argsOf({ edge, pictures, form, id, file }: EdgeOrder): readonly string[] {
  const { timescale } = pictures.track;
  const first = edge.pts[0] ?? 0;
  const bitrate = Math.max(LEAST_BITRATE, Math.round(BITRATE_FACTOR * bitrateOf(edge, pictures)));
  return [
    ...[
      "-loglevel",
      "error",
      "-copyts",
      "-noautorotate",
      "-protocol_whitelist",
      "pipe",
      "-f",
      "mp4",
      "-i",
      "pipe:0",
    ],
    // Times stay as they are, in the source's ticks: pictures are known by them.
    ...["-map", "0:v:0", "-vf", `trim=start_pts=${first}:end_pts=${edge.end}`],
    ...["-fps_mode", "passthrough", "-enc_time_base", `1:${timescale}`],
    ...["-c:v", "libx264", "-preset", "veryfast", "-crf", String(QUALITY)],
    ...["-maxrate", String(bitrate), "-bufsize", String(bitrate * 2)],
    ...["-profile:v", form.profile, "-level:v", form.level, "-refs", String(form.references)],
    // Without reordering, decode times can be any that rise.
    ...["-bf", "0", "-x264-params", `sps-id=${id}`],
    ...["-video_track_timescale", String(timescale), "-frag_duration", "1000000"],
    ...["-movflags", "empty_moov+default_base_moof+separate_moof", "-f", "mp4", file],
  ];
}

/** Bits a second of the chunks that an edge is made of. */
function bitrateOf(edge: Edge, { chunks, track }: SpanPictures): number {
  let [bytes, ticks] = [0, 0];
  for (const { chunk, place } of chunks) {
    if (place + chunk.samples.count <= edge.from || place >= edge.until) continue;
    bytes += chunk.bytes;
    ticks += chunk.duration;
  }
  return ticks === 0 ? 0 : (bytes * 8 * track.timescale) / ticks;
}

/** What ffmpeg wrote, which must be the pictures asked for, each once. */
async function readEncoded({ edge, file }: EdgeOrder): Promise<EncodedEdge> {
  await using handle = await open(file, constants.O_RDONLY);
  const { size } = await handle.stat();
  const read = async (offset: number, length: number): Promise<Uint8Array> => {
    const bytes = Buffer.alloc(length);
    const { bytesRead } = await handle.read(bytes, 0, length, offset);
    return bytes.subarray(0, bytesRead);
  };
  const init = readInit(await read(0, Math.min(size, INIT_BYTES)));
  const config = init.tracks[0]?.config;
  const chunks: ScannedChunk[] = [];
  let count = 0;
  for await (const chunk of scanFragmentFile(read, size, init.bytes)) {
    chunks.push(chunk);
    count += chunk.samples.count;
  }
  if (config?.kind !== "video") throw failed("ffmpeg wrote no pictures");
  if (count !== edge.pts.length) {
    throw failed(`${count} of ${edge.pts.length} pictures could be decoded`);
  }
  return { edge, file, config, chunks };
}
