import { MalformedInput } from "@oxbow/media";

const MAGIC = Uint8Array.from("OpusHead", (char) => char.charCodeAt(0));

/** Fields of two and four bytes behind version and channel count, which MP4 turns to big-endian. */
function turned(fields: Uint8Array): Uint8Array {
  const out = Uint8Array.from(fields);
  const from = new DataView(fields.buffer, fields.byteOffset, fields.byteLength);
  const to = new DataView(out.buffer);
  to.setUint16(2, from.getUint16(2, true)); // pre-skip
  to.setUint32(4, from.getUint32(4, true)); // input sample rate
  to.setUint16(8, from.getUint16(8, true)); // output gain
  return out;
}

/**
 * The payload of `dOps` (Opus in ISOBMFF §4.3.2) from an OpusHead (RFC 7845 §5.1).
 * @throws MalformedInput
 */
export function dopsOf(head: Uint8Array): Uint8Array {
  if (head.length < 19 || !MAGIC.every((byte, at) => byte === head[at])) {
    throw new MalformedInput("This is not an OpusHead", { spec: "RFC 7845 §5.1", offset: 0 });
  }
  const out = turned(head.subarray(8));
  out[0] = 0; // its own version
  return out;
}

/**
 * The OpusHead from the payload of `dOps`.
 * @throws MalformedInput
 */
export function opusHeadOf(dops: Uint8Array): Uint8Array {
  if (dops.length < 11 || dops[0] !== 0) {
    throw new MalformedInput("This is not a dOps of version 0", {
      spec: "Opus in ISOBMFF §4.3.2",
    });
  }
  const out = new Uint8Array(8 + dops.length);
  out.set(MAGIC);
  out.set(turned(dops), 8);
  out[8] = 1;
  return out;
}
