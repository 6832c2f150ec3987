import { MalformedInput } from "@oxbow/media";

const IDR = 5;

/**
 * Whether a picture has an IDR slice (ITU-T H.264 §7.4.1.2.4): only there a decoder can start.
 * Reads the lengths and first bytes of its NAL units, up to the first IDR slice.
 * @param lengthSize bytes of each NAL unit's length, from the configuration record.
 * @throws MalformedInput where a NAL unit is longer than the picture.
 */
export function hasIdrSlice(picture: Uint8Array, lengthSize: number): boolean {
  for (let at = 0; at < picture.length; ) {
    let length = 0;
    for (let index = 0; index < lengthSize; index++) {
      length = length * 256 + (picture[at + index] ?? 0);
    }
    const nal = at + lengthSize;
    if (nal + length > picture.length) {
      throw new MalformedInput(`A NAL unit of ${length} bytes is longer than its picture`, {
        spec: "ISO/IEC 14496-15 §5.3.3.1",
        offset: at,
      });
    }
    if (length > 0 && ((picture[nal] ?? 0) & 0x1f) === IDR) return true;
    at = nal + length;
  }
  return false;
}
