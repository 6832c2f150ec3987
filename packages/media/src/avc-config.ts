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
  if (record.length < 7) {
    throw new MalformedInput(`An AVC configuration of ${record.length} bytes is too short`, {
      spec: SPEC,
      offset: record.length,
    });
  }
  if (record[0] !== 1) {
    throw new MalformedInput(`configurationVersion ${record[0]} is not 1`, {
      spec: SPEC,
      offset: 0,
    });
  }
  if (((record[4] ?? 0) & 3) === 2) {
    throw new MalformedInput("NAL unit lengths of three bytes are not allowed", {
      spec: SPEC,
      offset: 4,
    });
  }
  const [first] = parameterSets(record);
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

/** The sequence parameter sets; the picture parameter sets are checked to be whole. */
function parameterSets(record: Uint8Array): Uint8Array[] {
  const sets: Uint8Array[] = [];
  let at = 5;
  for (const mask of [0x1f, 0xff]) {
    const count = record[at];
    if (count === undefined) {
      throw new MalformedInput("The record ends before its parameter sets", {
        spec: SPEC,
        offset: at,
      });
    }
    at += 1;
    for (let set = 0; set < (count & mask); set++) {
      const length = ((record[at] ?? 0) << 8) | (record[at + 1] ?? 0);
      const end = at + 2 + length;
      if (end > record.length || length === 0) {
        throw new MalformedInput(`A parameter set of ${length} bytes does not fit`, {
          spec: SPEC,
          offset: at,
        });
      }
      if (mask === 0x1f) sets.push(record.subarray(at + 2, end));
      at = end;
    }
  }
  return sets;
}
