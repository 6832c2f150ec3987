import { type FileHandle, open } from "node:fs/promises";
import { compactRun, type SampleRun, writeFragmentHeader } from "@oxbow/containers";
import { Fault } from "@oxbow/contract";
import { packedHead } from "./packed-audio.ts";
import { ctoAt, type TitleTrack, timeAt } from "./title.ts";

/** Samples that stand no farther apart than this are read together, with what lies between. */
const NEAR_BYTES = 64 * 1024;

/**
 * One media segment: `moof` and the head of `mdat` are computed, the samples are views on what was read
 * of the file. Fault `media_unreadable` where the file is gone or shorter than its tables say.
 */
export async function mediaSegment(
  track: TitleTrack,
  segment: number,
): Promise<readonly Uint8Array[]> {
  const from = track.starts[segment] ?? 0;
  const to = track.starts[segment + 1] ?? from;
  return to <= from ? [] : fragment(track, segment + 1, runOf(track, from, to), from, to);
}

/** A segment of packed audio: frames one after another, with the time of the first. */
export async function packedSegment(
  track: TitleTrack,
  segment: number,
): Promise<readonly Uint8Array[]> {
  const from = track.starts[segment] ?? 0;
  const to = track.starts[segment + 1] ?? from;
  if (to <= from) return [];
  return [packedHead(track, segment), ...(await readSamples(track, from, to))];
}

/** A keyframe alone, shown for `ticks`: one entry of an I-frame playlist (rfc8216bis §4.4.3.6). */
export function pictureSegment(
  track: TitleTrack,
  sample: number,
  ticks: number,
): Promise<readonly Uint8Array[]> {
  const run = { ...runOf(track, sample, sample + 1), durations: ticks };
  return fragment(track, sample + 1, run, sample, sample + 1);
}

async function fragment(
  track: TitleTrack,
  sequence: number,
  samples: SampleRun,
  from: number,
  to: number,
): Promise<readonly Uint8Array[]> {
  const dts = timeAt(track.samples, from);
  const header = writeFragmentHeader({ sequence, track: track.track.id, dts, samples });
  return [header, ...(await readSamples(track, from, to))];
}

/** The samples from `from` to `to` as the table of a fragment. */
function runOf({ samples }: TitleTrack, from: number, to: number): SampleRun {
  const { table, first, syncs } = samples;
  const durations = new Uint32Array(to - from);
  const ctos = new Int32Array(to - from);
  for (let at = from; at < to; at += 1) {
    durations[at - from] = timeAt(samples, at + 1) - timeAt(samples, at);
    ctos[at - from] = ctoAt(samples, at);
  }
  return compactRun({
    count: to - from,
    sizes: table.sizes.subarray(first + from, first + to),
    durations,
    ctos,
    syncs:
      syncs === "all" ? syncs : syncs.filter((at) => at >= from && at < to).map((at) => at - from),
  });
}

/** Reads few and large spans of the file, and gives the samples' bytes in order. */
async function readSamples(
  { file: { path }, samples }: TitleTrack,
  from: number,
  to: number,
): Promise<readonly Uint8Array[]> {
  const offsets = samples.table.offsets.subarray(samples.first + from, samples.first + to);
  const sizes = samples.table.sizes.subarray(samples.first + from, samples.first + to);
  const file = await open(path, "r").catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  try {
    const parts: Uint8Array[] = [];
    for (let first = 0; first < sizes.length; ) {
      const begin = offsets[first] ?? 0;
      let end = begin + (sizes[first] ?? 0);
      let next = first + 1;
      for (; next < sizes.length; next += 1) {
        const offset = offsets[next] ?? 0;
        if (offset < begin || offset - end > NEAR_BYTES) break;
        end = Math.max(end, offset + (sizes[next] ?? 0));
      }
      const bytes = await readSpan(file, path, begin, end - begin);
      gather(parts, bytes, begin, offsets.subarray(first, next), sizes.subarray(first, next));
      first = next;
    }
    return parts;
  } finally {
    await file.close();
  }
}

async function readSpan(
  file: FileHandle,
  path: string,
  offset: number,
  bytes: number,
): Promise<Uint8Array> {
  const buffer = Buffer.allocUnsafeSlow(bytes);
  for (let read = 0; read < bytes; ) {
    const { bytesRead } = await file.read(buffer, read, bytes - read, offset + read);
    if (bytesRead === 0) throw unreadable(path);
    read += bytesRead;
  }
  return buffer;
}

/** Samples that follow each other become one view. */
function gather(
  parts: Uint8Array[],
  bytes: Uint8Array,
  begin: number,
  offsets: Uint32Array | Float64Array,
  sizes: Uint32Array,
): void {
  let [start, end] = [0, 0];
  offsets.forEach((offset, at) => {
    if (offset - begin !== end) {
      if (end > start) parts.push(bytes.subarray(start, end));
      start = offset - begin;
    }
    end = offset - begin + (sizes[at] ?? 0);
  });
  if (end > start) parts.push(bytes.subarray(start, end));
}

function unreadable(path: string, cause?: unknown): Fault {
  return new Fault("media_unreadable", `The file "${path}" is gone or too short`, { cause });
}
