import { BitReader } from "./bit-reader.ts";
import { MalformedInput } from "./malformed-input.ts";
import type { AudioConfig } from "./track.ts";

const SPEC = "ISO/IEC 14496-3 §1.6.2.1";

/** Rates by samplingFrequencyIndex (table 1.18); 13 and 14 are reserved, 15 escapes to 24 bits. */
const RATES = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000,
  7350,
];

/** Channels by channelConfiguration (table 1.19); 0 is told by a program config element. */
const CHANNELS: Readonly<Record<number, number>> = {
  1: 1,
  2: 2,
  3: 3,
  4: 4,
  5: 5,
  6: 6,
  7: 8,
  11: 7,
  12: 8,
  14: 8,
};

const SBR = 5;
const PS = 29;
/** Main, LC, SSR, LTP: the object types of raw AAC frames with 1024 or 960 samples. */
const PLAIN_TYPES = new Set([1, 2, 3, 4]);

/**
 * Reads an AudioSpecificConfig of AAC, or of HE-AAC where SBR or PS is told in it (hierarchically or
 * as an extension at the end). Rate, channels and frame length are those of the sound that comes out;
 * a frame lasts `samplesPerFrame / sampleRate`. The record is kept by reference.
 * @throws MalformedInput also for object types other than AAC Main, LC, SSR and LTP
 */
export function parseAudioSpecificConfig(record: Uint8Array): AudioConfig {
  const reader = new BitReader(record, SPEC);
  const first = readObjectType(reader);
  const coreRate = readRate(reader);
  const channelCode = reader.bits(4);
  const hierarchical = first === SBR || first === PS;
  let extension = hierarchical ? { rate: readRate(reader), parametric: first === PS } : undefined;
  const core = hierarchical ? readObjectType(reader) : first;
  if (!PLAIN_TYPES.has(core)) {
    throw new MalformedInput(`Audio object type ${core} is not AAC Main, LC, SSR or LTP`, {
      spec: "ISO/IEC 14496-3 §1.5.1.1",
    });
  }
  const frame = reader.flag() ? 960 : 1024;
  if (reader.flag()) reader.bits(14); // coreCoderDelay
  reader.flag(); // extensionFlag
  const coreChannels = channelCode === 0 ? readProgram(reader) : CHANNELS[channelCode];
  if (coreChannels === undefined || coreChannels === 0) {
    throw new MalformedInput(`channelConfiguration ${channelCode} tells no channels`, {
      spec: "ISO/IEC 14496-3 table 1.19",
    });
  }
  extension ??= readSyncExtension(reader);
  const rate = extension?.rate ?? coreRate;
  const type = extension === undefined ? core : extension.parametric ? PS : SBR;
  return {
    kind: "audio",
    codec: "aac",
    record,
    codecString: `mp4a.40.${type}`,
    sampleRate: rate,
    channels: extension?.parametric === true && coreChannels === 1 ? 2 : coreChannels,
    // With SBR at twice the core's rate each core sample becomes two; at the same rate, one.
    samplesPerFrame: rate === coreRate * 2 ? frame * 2 : frame,
  };
}

function readObjectType(reader: BitReader): number {
  const type = reader.bits(5);
  return type === 31 ? 32 + reader.bits(6) : type;
}

function readRate(reader: BitReader): number {
  const index = reader.bits(4);
  const rate = index === 15 ? reader.bits(24) : RATES[index];
  if (rate === undefined || rate === 0) {
    throw new MalformedInput(`samplingFrequencyIndex ${index} tells no rate`, {
      spec: "ISO/IEC 14496-3 table 1.18",
    });
  }
  return rate;
}

/** Channels of a program_config_element (§4.4.1.1). */
function readProgram(reader: BitReader): number {
  reader.skip(4 + 2 + 4); // element_instance_tag, object_type, sampling_frequency_index
  const elements = reader.bits(4) + reader.bits(4) + reader.bits(4);
  const lowFrequency = reader.bits(2);
  const associated = reader.bits(3);
  const coupling = reader.bits(4);
  if (reader.flag()) reader.skip(4); // mono_mixdown
  if (reader.flag()) reader.skip(4); // stereo_mixdown
  if (reader.flag()) reader.skip(3); // matrix_mixdown
  let channels = lowFrequency;
  for (let element = 0; element < elements; element++) {
    channels += reader.flag() ? 2 : 1; // is_cpe
    reader.skip(4);
  }
  reader.skip(4 * lowFrequency + 4 * associated + 5 * coupling);
  reader.align();
  reader.skip(8 * reader.bits(8)); // comment
  return channels;
}

/** SBR and PS told behind an LC configuration, for decoders that stop before it (§1.6.5). */
function readSyncExtension(reader: BitReader): { rate: number; parametric: boolean } | undefined {
  if (reader.left < 16 || reader.bits(11) !== 0x2b7) return undefined;
  if (readObjectType(reader) !== SBR || reader.left < 5 || !reader.flag()) return undefined;
  const rate = readRate(reader);
  const parametric = reader.left >= 12 && reader.bits(11) === 0x548 && reader.flag();
  return { rate, parametric };
}
