import { type Frame, VIDEO_TRACK, type VideoConfig } from "@oxbow/media";

const NAL_REF_IDC = 0x60;
const SLICE_TYPES: ReadonlySet<number> = new Set([1, 2, 3, 4, 5]);

/**
 * Whether a picture is of no use to any other (ITU-T H.264 §7.4.1: `nal_ref_idc` 0), so that it can be
 * left out alone. False where that can't be told, as for other codecs.
 */
export function isDisposable(frame: Frame, config: VideoConfig): boolean {
  if (frame.track !== VIDEO_TRACK || frame.key || config.codec !== "avc") return false;
  const { data } = frame;
  const lengthSize = ((config.record[4] ?? 3) & 3) + 1;
  for (let at = 0; at + lengthSize < data.length; ) {
    let length = 0;
    for (let index = 0; index < lengthSize; index++) {
      length = length * 256 + (data[at + index] ?? 0);
    }
    const first = data[at + lengthSize] ?? 0;
    // All slices of a picture agree: the first tells.
    if (SLICE_TYPES.has(first & 0x1f)) return (first & NAL_REF_IDC) === 0;
    at += lengthSize + length;
  }
  return false;
}
