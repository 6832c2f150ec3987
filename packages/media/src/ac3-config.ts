import { BitReader } from "./bit-reader.ts";
import { MalformedInput } from "./malformed-input.ts";
import type { AudioConfig } from "./track.ts";

const AC3 = "ETSI TS 102 366 §F.4";
const EAC3 = "ETSI TS 102 366 §F.6";

/** By `fscod`; 3 says half of a rate that is not told here. */
const RATES = [48_000, 44_100, 32_000] as const;
/** Full-range channels by `acmod`. */
const CHANNELS = [2, 1, 2, 3, 3, 4, 4, 5] as const;
/** Channels that each bit of `chan_loc`, from the lowest, adds: pairs count twice. */
const LOCATIONS = [2, 2, 1, 1, 2, 2, 2, 1, 1] as const;
/** Six blocks of 256. */
const SAMPLES = 1536;

/**
 * Reads the payload of `dac3`: the sample entry around it need not tell the truth of the channels.
 * @throws MalformedInput
 */
export function parseAc3Config(record: Uint8Array): AudioConfig {
  const bits = new BitReader(record, AC3);
  const sampleRate = rateOf(bits.bits(2), AC3);
  bits.skip(5 + 3); // bsid, bsmod
  const channels = (CHANNELS[bits.bits(3)] ?? 0) + bits.bits(1);
  return {
    kind: "audio",
    codec: "ac3",
    record,
    codecString: "ac-3",
    sampleRate,
    channels,
    samplesPerFrame: SAMPLES,
  };
}

/**
 * Reads the payload of `dec3`: the first independent substream, and what depends on it.
 * @throws MalformedInput
 */
export function parseEac3Config(record: Uint8Array): AudioConfig {
  const bits = new BitReader(record, EAC3);
  bits.skip(13 + 3); // data_rate, num_ind_sub
  const sampleRate = rateOf(bits.bits(2), EAC3);
  bits.skip(5 + 1 + 1 + 3); // bsid, reserved, asvc, bsmod
  let channels = (CHANNELS[bits.bits(3)] ?? 0) + bits.bits(1);
  bits.skip(3);
  if (bits.bits(4) > 0) {
    for (const added of LOCATIONS.toReversed()) channels += bits.flag() ? added : 0;
  }
  return {
    kind: "audio",
    codec: "eac3",
    record,
    codecString: "ec-3",
    sampleRate,
    channels,
    samplesPerFrame: SAMPLES,
  };
}

function rateOf(code: number, spec: string): number {
  const rate = RATES[code];
  if (rate === undefined) throw new MalformedInput(`fscod ${code} is no sample rate`, { spec });
  return rate;
}
