import { readAvcRecord } from "./avc-record.ts";
import { parseAvcSps } from "./avc-sps.ts";
import { MalformedInput } from "./malformed-input.ts";
import type { VideoConfig } from "./track.ts";

const SPEC = "ISO/IEC 14496-15 §5.3.3.1";

const hex = (byte: number): string => byte.toString(16).padStart(2, "0");

/**
 * Reads an AVCDecoderConfigurationRecord: size, aspect, colour and rate come from its first sequence
 * parameter set. The record is kept by reference.
 * @throws MalformedInput
 */
export function parseAvcConfig(record: Uint8Array): VideoConfig {
  const [first] = readAvcRecord(record).sps;
  if (first === undefined) {
    throw new MalformedInput("There is no sequence parameter set", { spec: SPEC, offset: 5 });
  }
  const sps = parseAvcSps(first);
  return {
    kind: "video",
    codec: "avc",
    record,
    codecString: `avc1.${hex(sps.profile)}${hex(sps.constraints)}${hex(sps.level)}`,
    width: sps.width,
    height: sps.height,
    pixelAspect: sps.pixelAspect,
    ...(sps.colour === undefined ? {} : { colour: sps.colour }),
    ...(sps.frameRate === undefined ? {} : { frameRate: sps.frameRate }),
  };
}
