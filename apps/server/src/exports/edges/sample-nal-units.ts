import type { FileHandle } from "node:fs/promises";
import type { SyncPicture } from "./span-pictures.ts";

/** Read of a picture to find its first slice: what stands before it (parameter sets, SEI) is short. */
const MOST_BYTES = 64 * 1024;

/** nal_unit_type (ISO/IEC 14496-10 table 7-1): slices of pictures, and of IDR pictures. */
const FIRST_SLICE = 1;
const IDR_SLICE = 5;

/** Whether a picture of an archive file is IDR, by its first slice. */
export async function isIdrPicture(
  file: FileHandle,
  { chunk, at }: SyncPicture,
  lengthBytes: number,
): Promise<boolean> {
  let position = chunk.offset + chunk.headerBytes;
  for (let before = 0; before < at; before += 1) position += chunk.samples.sizes[before] ?? 0;
  const bytes = Buffer.alloc(Math.min(MOST_BYTES, chunk.samples.sizes[at] ?? 0));
  const { bytesRead } = await file.read(bytes, 0, bytes.length, position);
  return firstSlice(bytes.subarray(0, bytesRead), lengthBytes) === IDR_SLICE;
}

/** Type of the first NAL unit that is a slice, undefined where none is found. */
function firstSlice(sample: Buffer, lengthBytes: number): number | undefined {
  for (let at = 0; at + lengthBytes < sample.length; ) {
    const type = (sample[at + lengthBytes] ?? 0) & 0x1f;
    if (type >= FIRST_SLICE && type <= IDR_SLICE) return type;
    at += lengthBytes + sample.readUIntBE(at, lengthBytes);
  }
  return undefined;
}
