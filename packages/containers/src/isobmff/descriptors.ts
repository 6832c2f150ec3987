import { MalformedInput } from "@oxbow/media";
import { partsSize, serialise } from "./box.ts";
import type { BoxFields } from "./box-reader.ts";

/** objectTypeIndication, ISO/IEC 14496-1 §7.2.6.6. */
export const OBJECT_AAC = 0x40;
export const OBJECT_MP3 = 0x6b;
/** AAC and MP3 by the names of MPEG-2, as older files tell them. */
const AAC_TYPES = new Set([OBJECT_AAC, 0x66, 0x67, 0x68]);
const MP3_TYPES = new Set([OBJECT_MP3, 0x69]);

/** A descriptor with its expandable length (ISO/IEC 14496-1 §8.3.3). */
export function descriptor(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const size = partsSize(parts);
  const length = [size & 0x7f];
  for (let rest = size >> 7; rest > 0; rest >>= 7) length.unshift((rest & 0x7f) | 0x80);
  return serialise([Uint8Array.from([tag, ...length]), ...parts]);
}

/** What an elementary stream descriptor says of its decoder. */
export type DecoderDescription = {
  readonly codec: "aac" | "mp3" | "other";
  readonly specific: Uint8Array;
};

/**
 * Reads the payload of `esds` behind its version.
 * @throws MalformedInput
 */
export function readDecoderDescription(fields: BoxFields): DecoderDescription {
  expectTag(fields, 3);
  fields.skip(2); // ES_ID
  const flags = fields.u8();
  if ((flags & 0x80) !== 0) fields.skip(2);
  if ((flags & 0x40) !== 0) fields.skip(fields.u8());
  if ((flags & 0x20) !== 0) fields.skip(2);
  const decoderLength = expectTag(fields, 4);
  const type = fields.u8();
  fields.skip(12);
  const specific =
    decoderLength > 13
      ? fields.bytes(Math.min(expectTag(fields, 5), fields.left))
      : new Uint8Array();
  const codec = AAC_TYPES.has(type) ? "aac" : MP3_TYPES.has(type) ? "mp3" : "other";
  return { codec, specific };
}

/** The length of the descriptor that must come next. */
function expectTag(fields: BoxFields, wanted: number): number {
  const tag = fields.u8();
  if (tag !== wanted) {
    throw new MalformedInput(`Descriptor ${tag} stands where ${wanted} is due`, {
      spec: "ISO/IEC 14496-1 §7.2.6",
      offset: fields.at - 1,
    });
  }
  let length = 0;
  for (let byte = 0; byte < 4; byte++) {
    const next = fields.u8();
    length = length * 128 + (next & 0x7f);
    if ((next & 0x80) === 0) break;
  }
  return length;
}
