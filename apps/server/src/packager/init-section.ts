import { writeInit } from "@oxbow/containers";
import type { Track } from "@oxbow/media";

/** `ftyp moov` of one track: what stands before the chunks of that track (CMAF header). */
export function initSection(track: Track): Uint8Array {
  return writeInit([track]);
}
