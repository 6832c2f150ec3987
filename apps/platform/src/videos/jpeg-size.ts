/** Bytes of a JPEG's frame header up to its width: marker, length, precision, height, width. */
const FRAME_BYTES = 9;
/** SOF0 to SOF15 are frame headers, but for three that share their numbers: DHT, JPG, DAC. */
const NO_FRAME = new Set([0xc4, 0xc8, 0xcc]);
const START_OF_SCAN = 0xda;

/** Width and height of a JPEG, out of its frame header (ITU-T T.81 B.2.2); undefined for anything else. */
export function jpegSize(
  bytes: Uint8Array,
): { readonly width: number; readonly height: number } | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 || view.getUint16(0) !== 0xffd8) return undefined;
  let at = 2;
  while (at + FRAME_BYTES <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === START_OF_SCAN) return undefined;
    if (marker >= 0xc0 && marker <= 0xcf && !NO_FRAME.has(marker)) {
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      return height > 0 && width > 0 ? { width, height } : undefined;
    }
    // The length counts itself, so that each turn goes on by four bytes at least.
    at += 2 + Math.max(2, view.getUint16(at + 2));
  }
  return undefined;
}
