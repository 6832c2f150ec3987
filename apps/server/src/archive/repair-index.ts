import type { FileHandle } from "node:fs/promises";
import { readInit, type ScannedChunk, scanFragmentFile, scanFragments } from "@oxbow/containers";
import { MalformedInput } from "@oxbow/media";
import { encodeRecords } from "./index-record.ts";
import { numberSegments } from "./segment-numbers.ts";
import type { StretchRow } from "./stored-stretch.ts";
import { StretchIndex } from "./stretch-index.ts";

/** `ftyp moov` of a few tracks is far smaller. */
const MOST_INIT_BYTES = 1024 * 1024;
/** What a power cut may have torn is younger than the last sync: a segment or two. */
const CHECKED_CHUNKS = 64;
const PAGE = 4096;

/** Reads `length` bytes at `offset`; fewer where the file ends. */
export async function readAt(
  file: FileHandle,
  offset: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  let got = 0;
  while (got < length) {
    const { bytesRead } = await file.read(bytes, got, length - got, offset + got);
    if (bytesRead === 0) break;
    got += bytesRead;
  }
  return got === length ? bytes : bytes.subarray(0, got);
}

/**
 * The index of all whole chunks in the first `size` bytes of a media file. What `known` has is taken
 * over as far as the media bears it out; the rest is found in the media. Undefined: the file has no
 * whole beginning.
 */
export async function repairIndex(
  media: FileHandle,
  size: number,
  known: StretchIndex | undefined,
  row: StretchRow,
): Promise<StretchIndex | undefined> {
  const index = known ?? (await emptyIndex(media, size, row));
  if (index === undefined) return undefined;
  await shortenToMedia(media, size, index);
  const found: ScannedChunk[] = [];
  const read = (offset: number, length: number) => readAt(media, offset, length);
  let end = index.mediaEnd;
  try {
    for await (const chunk of scanFragmentFile(read, size, end)) {
      // Only chunks follow the beginning: another box would make a hole that the index can't tell.
      if (chunk.offset !== end) break;
      found.push(chunk);
      end += chunk.bytes;
    }
  } catch (error) {
    // A torn tail may hold anything; what came before it is good.
    if (!(error instanceof MalformedInput)) throw error;
  }
  const chunks = numberSegments(found, index, row);
  index.append(encodeRecords(chunks, { header: index.header, discontinuity: () => false }));
  await shortenToMedia(media, size, index);
  return index;
}

async function emptyIndex(
  media: FileHandle,
  size: number,
  { origin, tracks }: StretchRow,
): Promise<StretchIndex | undefined> {
  try {
    const init = readInit(await readAt(media, 0, Math.min(size, MOST_INIT_BYTES)));
    return StretchIndex.begin({
      initBytes: init.bytes,
      origin,
      tracks: tracks.map(({ id, timescale }) => ({ id, timescale })),
    });
  } catch (error) {
    if (error instanceof MalformedInput) return undefined;
    throw error;
  }
}

/** Forgets records whose chunks are not, or not wholly, in the media file. */
async function shortenToMedia(media: FileHandle, size: number, index: StretchIndex): Promise<void> {
  let length = index.length;
  while (length > 0) {
    const { offset, bytes } = index.chunk(length - 1);
    if (offset + bytes <= size) break;
    length -= 1;
  }
  index.shorten(length);
  for (let at = Math.max(0, length - CHECKED_CHUNKS); at < length; at += 1) {
    if (await isWhole(media, index, at)) continue;
    index.shorten(at);
    return;
  }
}

async function isWhole(media: FileHandle, index: StretchIndex, at: number): Promise<boolean> {
  const { offset, bytes, track, dts } = index.chunk(at);
  const found = await readAt(media, offset, bytes);
  try {
    const [chunk] = scanFragments(found);
    if (chunk?.bytes !== bytes || chunk.track !== track || chunk.dts !== dts) return false;
  } catch (error) {
    if (error instanceof MalformedInput) return false;
    throw error;
  }
  return !hasEmptyPage(found, offset);
}

/**
 * Whether a page of the file was never written: a power cut leaves zeros where a file had grown. Coded
 * media has no 4096 zeros in a row (H.264 §7.4.1 forbids even three).
 */
function hasEmptyPage(bytes: Uint8Array, offset: number): boolean {
  const first = (PAGE - (offset % PAGE)) % PAGE;
  for (let at = first; at + PAGE <= bytes.length; at += PAGE) {
    const page = bytes.subarray(at, at + PAGE);
    if (page[0] === 0 && page.every((byte) => byte === 0)) return true;
  }
  return false;
}
