import { MalformedInput } from "./malformed-input.ts";
import type { VideoConfig } from "./track.ts";

const SPEC = "ISO/IEC 14496-15 §8.3.3.1";
/** NAL unit types of the parameter sets: VPS, SPS, PPS. */
const PARAMETER_SETS = [32, 33, 34] as const;

/** What an HEVCDecoderConfigurationRecord says besides profile and level. */
export type HevcRecord = {
  readonly bitDepth: number;
  /** Bytes of a NAL unit's length. */
  readonly lengthBytes: number;
  /** VPS, SPS and PPS all stand in the record: no decoder needs those in the samples. */
  readonly complete: boolean;
};

/** Reads the payload of `hvcC`. @throws MalformedInput */
export function parseHevcConfig(record: Uint8Array): HevcRecord {
  if (record.length < 23) throw broken(`${record.length} bytes are too few`, record.length);
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  const lengthBytes = (view.getUint8(21) & 3) + 1;
  if (lengthBytes === 3) throw broken("NAL unit lengths of three bytes are not allowed", 21);
  const found = new Set<number>();
  let at = 23;
  for (let array = 0; array < view.getUint8(22); array += 1) {
    if (at + 3 > record.length) throw broken("The record ends before its parameter sets", at);
    const type = view.getUint8(at) & 0x3f;
    const count = view.getUint16(at + 1);
    at += 3;
    for (let unit = 0; unit < count; unit += 1) {
      const end = at + 2 + (at + 2 <= record.length ? view.getUint16(at) : record.length);
      if (end > record.length) throw broken("A parameter set does not fit", at);
      found.add(type);
      at = end;
    }
  }
  const complete = PARAMETER_SETS.every((type) => found.has(type));
  return { bitDepth: (view.getUint8(17) & 7) + 8, lengthBytes, complete };
}

/**
 * The configuration as `hvc1` where its record holds every parameter set: Apple's players take no `hev1`
 * (HLS authoring specification 1.10).
 */
export function withHvc1(config: VideoConfig): VideoConfig {
  const { codec, codecString, record } = config;
  if (codec !== "hevc" || !codecString.startsWith("hev1.")) return config;
  if (!parseHevcConfig(record).complete) return config;
  return { ...config, codecString: codecString.replace("hev1", "hvc1") };
}

function broken(message: string, offset: number): MalformedInput {
  return new MalformedInput(message, { spec: SPEC, offset });
}
