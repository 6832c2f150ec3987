import { Fault } from "@oxbow/contract";

/** 512 KiB. */
const MOST_BYTES = 524_288;
/** An image is decoded whole: a small file may be a huge picture. */
const MOST_PIXELS = 4096 * 4096;

export type WatermarkImage = {
  readonly kind: "png" | "jpeg";
  readonly bytes: Buffer;
  readonly width: number;
  readonly height: number;
};

/** Looks at the head of an image that came with a request. Fault `invalid_request`. */
export function readWatermark(base64: string): WatermarkImage {
  const bytes = Buffer.from(base64, "base64");
  if (bytes.length > MOST_BYTES) throw refused(`it has ${bytes.length} bytes, over 512 KiB`);
  const image = pngSize(bytes) ?? jpegSize(bytes);
  if (image === undefined) throw refused("it is neither PNG nor JPEG");
  const { width, height } = image;
  if (width < 1 || height < 1 || width * height > MOST_PIXELS) {
    throw refused(`it has ${width} × ${height} pixels: give at most 4096 × 4096`);
  }
  return { ...image, bytes };
}

type Size = Omit<WatermarkImage, "bytes">;

const PNG = Buffer.from("89504e470d0a1a0a", "hex");

/** PNG §11.2.2: IHDR is the first chunk. */
function pngSize(bytes: Buffer): Size | undefined {
  if (bytes.length < 33 || !bytes.subarray(0, 8).equals(PNG)) return undefined;
  if (bytes.toString("latin1", 12, 16) !== "IHDR") return undefined;
  return { kind: "png", width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

/** ITU-T T.81 §B.2.2: a frame header SOFn tells the size; C4, C8 and CC are other markers. */
function jpegSize(bytes: Buffer): Size | undefined {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return undefined;
  for (let at = 2; at + 9 < bytes.length; ) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) {
      return {
        kind: "jpeg",
        height: bytes.readUInt16BE(at + 5),
        width: bytes.readUInt16BE(at + 7),
      };
    }
    // Padding before a marker is more of its first byte.
    at += marker === 0xff ? 1 : 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}

function refused(why: string): Fault {
  return new Fault("invalid_request", `Cannot use the watermark: ${why}`, {
    field: "watermark.image",
  });
}
