import { flvTagType } from "@oxbow/containers";
import { MalformedInput } from "@oxbow/media";

const SPEC = "RTMP 1.0 §7.1.6";
const HEADER = 11;
const BACK_POINTER = 4;

/**
 * Takes an aggregate message apart: FLV tags whose times are moved so that the first one stands at
 * the message's own timestamp. Bodies are views.
 */
export function forEachOfAggregate(
  timestamp: number,
  body: Buffer,
  each: (type: number, timestamp: number, body: Buffer) => void,
): void {
  let first: number | undefined;
  for (let at = 0; at < body.length; ) {
    if (at + HEADER > body.length)
      throw new MalformedInput("A tag is cut off", { spec: SPEC, offset: at });
    const type = body.readUInt8(at);
    const size = body.readUIntBE(at + 1, 3);
    const time = body.readUInt8(at + 7) * 0x1000000 + body.readUIntBE(at + 4, 3);
    const from = at + HEADER;
    if (from + size > body.length) {
      throw new MalformedInput(`A tag of ${size} bytes is cut off`, { spec: SPEC, offset: at });
    }
    first ??= time;
    const media =
      type === flvTagType.audio || type === flvTagType.video || type === flvTagType.script;
    if (media) each(type, (timestamp + time - first) >>> 0, body.subarray(from, from + size));
    at = from + size + BACK_POINTER;
  }
}
