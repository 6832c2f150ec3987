import { MalformedInput } from "./malformed-input.ts";

const hex = (byte: number): string => byte.toString(16).toUpperCase();
const two = (value: number): string => value.toString().padStart(2, "0");

function need(record: Uint8Array, bytes: number, spec: string): DataView {
  if (record.length < bytes) {
    throw new MalformedInput(`A configuration of ${record.length} bytes is too short`, {
      spec,
      offset: record.length,
    });
  }
  return new DataView(record.buffer, record.byteOffset, record.byteLength);
}

/**
 * The codec string of an HEVCDecoderConfigurationRecord (ISO/IEC 14496-15 §E.3), such as
 * `hvc1.1.6.L93.B0`.
 * @param name `hev1` where parameter sets stand in the samples
 * @throws MalformedInput
 */
export function hevcCodecString(record: Uint8Array, name: "hvc1" | "hev1" = "hvc1"): string {
  const view = need(record, 23, "ISO/IEC 14496-15 §8.3.3.1");
  const general = view.getUint8(1);
  const space = ["", "A", "B", "C"][general >> 6] ?? "";
  // The compatibility flags are told with the first flag as the lowest bit.
  let flags = 0;
  for (let bit = 0; bit < 32; bit++) {
    if (((view.getUint32(2) >>> (31 - bit)) & 1) === 1) flags += 2 ** bit;
  }
  const constraints = [...record.subarray(6, 12)];
  while (constraints.at(-1) === 0) constraints.pop();
  const tier = (general & 0x20) === 0 ? "L" : "H";
  const parts = [
    name,
    `${space}${general & 31}`,
    hex(flags),
    `${tier}${view.getUint8(12)}`,
    ...constraints.map(hex),
  ];
  return parts.join(".");
}

/**
 * The codec string of an AV1CodecConfigurationRecord (AV1 in ISOBMFF §5), such as `av01.0.04M.08`.
 * @throws MalformedInput
 */
export function av1CodecString(record: Uint8Array): string {
  const view = need(record, 4, "AV1 in ISOBMFF §2.3.3");
  const levels = view.getUint8(1);
  const flags = view.getUint8(2);
  const depth = (flags & 0x40) === 0 ? 8 : (flags & 0x20) === 0 ? 10 : 12;
  const tier = (flags & 0x80) === 0 ? "M" : "H";
  return `av01.${levels >> 5}.${two(levels & 31)}${tier}.${two(depth)}`;
}

/**
 * The codec string of a VPCodecConfigurationRecord with its version and flags (VP in ISOBMFF §2.2),
 * such as `vp09.00.31.08`.
 * @throws MalformedInput
 */
export function vp9CodecString(record: Uint8Array): string {
  const view = need(record, 12, "VP codec in ISOBMFF §2.2");
  return `vp09.${two(view.getUint8(4))}.${two(view.getUint8(5))}.${two(view.getUint8(6) >> 4)}`;
}
