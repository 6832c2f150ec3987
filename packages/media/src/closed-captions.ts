import type { VideoConfig } from "./track.ts";

/** A service of captions in the pictures: a channel of CEA-608, or a service of CEA-708. */
export type CaptionService = "CC1" | "CC2" | "CC3" | "CC4" | `SERVICE${1 | 2 | 3 | 4 | 5 | 6}`;

/** Each has the bit of its place. */
const SERVICES: readonly CaptionService[] = [
  "CC1",
  "CC2",
  "CC3",
  "CC4",
  "SERVICE1",
  "SERVICE2",
  "SERVICE3",
  "SERVICE4",
  "SERVICE5",
  "SERVICE6",
];
/** There is room for captions in the picture, whether or not something is written in it. */
export const CAPTION_ROOM = 0x400;

/** How the NAL units of a track's samples are told apart. */
export type NalForm = { readonly codec: "avc" | "hevc"; readonly lengthBytes: number };

/** Undefined for codecs without NAL units. */
export function nalFormOf({ codec, record }: VideoConfig): NalForm | undefined {
  if (codec === "avc") return { codec, lengthBytes: ((record[4] ?? 3) & 3) + 1 };
  if (codec === "hevc") return { codec, lengthBytes: ((record[21] ?? 3) & 3) + 1 };
  return undefined;
}

/** The services of a set of bits. */
export function captionServices(bits: number): CaptionService[] {
  return SERVICES.filter((_, place) => (bits & (1 << place)) !== 0);
}

/**
 * The caption services that a picture writes to, as bits, and `CAPTION_ROOM`; 0 where it carries none. Looks
 * at the SEI before the first slice (ATSC A/53 part 4 §6.2.3, ANSI/CTA-708 §4.4), and makes nothing.
 * @param sample length-prefixed NAL units
 */
export function captionBits(sample: Uint8Array, { codec, lengthBytes }: NalForm): number {
  let bits = 0;
  for (let at = 0; at + lengthBytes < sample.length; ) {
    let length = 0;
    for (let place = 0; place < lengthBytes; place += 1) {
      length = length * 256 + (sample[at + place] ?? 0);
    }
    const from = at + lengthBytes;
    const to = Math.min(from + length, sample.length);
    const header = sample[from] ?? 0;
    const type = codec === "avc" ? header & 0x1f : (header >> 1) & 0x3f;
    if (codec === "avc" ? type >= 1 && type <= 5 : type < 32) return bits;
    if (type === (codec === "avc" ? 6 : 39)) bits |= bitsOfSei(sample, from, to);
    at = Math.max(to, from + 1);
  }
  return bits;
}

/** `itu_t_t35` of the ATSC with `cc_data`: country, provider, `GA94`, type 3. */
const SIGN = [0xb5, 0x00, 0x31, 0x47, 0x41, 0x39, 0x34, 0x03] as const;

function bitsOfSei(sample: Uint8Array, from: number, to: number): number {
  for (let at = from; ; at += 1) {
    at = sample.indexOf(SIGN[0], at);
    if (at < 0 || at + SIGN.length >= to) return 0;
    let same = 1;
    while (same < SIGN.length && sample[at + same] === SIGN[same]) same += 1;
    if (same === SIGN.length) return bitsOfCaptions(sample, at + SIGN.length, to);
  }
}

/** `cc_data` without the bytes that keep start codes out of it (ISO/IEC 14496-10 §7.4.1). */
function bitsOfCaptions(sample: Uint8Array, from: number, to: number): number {
  let bits = CAPTION_ROOM;
  let [zeros, place, count, kind, first] = [0, -2, 0, 0, 0];
  for (let at = from; at < to; at += 1) {
    const byte = sample[at] ?? 0;
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    // Flags and count, a byte that is reserved, then three bytes for each construct.
    if (place === -2) count = (byte & 0x40) === 0 ? 0 : byte & 0x1f;
    else if (place >= 0 && place % 3 === 0) kind = byte;
    else if (place >= 0 && place % 3 === 1) first = byte;
    else if (place >= 0) bits |= bitsOfConstruct(kind, first, byte);
    place += 1;
    if (place >= count * 3) break;
  }
  return bits;
}

/** One construct of `cc_data`, where it is valid: two bytes of a field, or of a DTVCC packet. */
function bitsOfConstruct(kind: number, first: number, second: number): number {
  if ((kind & 4) === 0) return 0;
  const type = kind & 3;
  if (type < 2) return bitsOfPair(type, first & 0x7f, second & 0x7f);
  // A packet begins: after its own header stands that of its first service block (CTA-708 §6.2).
  const service = second >> 5;
  const block = second & 0x1f;
  return type === 3 && block > 0 && service >= 1 && service <= 6 ? 8 << service : 0;
}

/** A control code says by its fourth bit which of a field's two channels it is for (CTA-608 §B). */
function bitsOfPair(field: number, first: number, second: number): number {
  if (first < 0x10 || first > 0x1f || second < 0x20) return 0;
  // Text mode is no caption: restart, resume (CTA-608 §7.4).
  const text = (first & 0x76) === 0x14 && (second === 0x2a || second === 0x2b);
  return text ? 0 : 1 << (field * 2 + ((first >> 3) & 1));
}
