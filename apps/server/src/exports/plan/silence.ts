import type { AudioConfig, Track } from "@oxbow/media";

/** Silent frames of one track, as they stand in a file. */
export type Silence = {
  /** Absolute path; the frames are all of it. */
  readonly file: string;
  readonly frames: number;
  /** Bytes of one. */
  readonly frameBytes: number;
  /** Ticks of one, in the track's timescale. */
  readonly frameTicks: number;
};

/** Elements of a frame by channelConfiguration (ISO/IEC 14496-3 table 1.19). */
const ELEMENTS: Readonly<Record<number, readonly Element[]>> = {
  1: ["single"],
  2: ["pair"],
  3: ["single", "pair"],
  4: ["single", "pair", "single"],
  5: ["single", "pair", "pair"],
  6: ["single", "pair", "pair", "low"],
  7: ["single", "pair", "pair", "pair", "low"],
};

type Element = "single" | "pair" | "low";

/** id_syn_ele (ISO/IEC 14496-3 table 4.85). */
const ELEMENT_IDS: Readonly<Record<Element | "end", string>> = {
  single: "000",
  pair: "001",
  low: "011",
  end: "111",
};

/**
 * individual_channel_stream (ISO/IEC 14496-3 table 4.50) without a single scale factor band: global_gain;
 * ics_info of a long window; no sections; no pulses, no noise shaping, no gain control; no spectrum.
 */
const SILENT_CHANNEL = `${"0".repeat(8)}${"0".repeat(11)}000`;

/**
 * One frame of AAC that decodes to silence, whatever its rate; undefined where the configuration is not
 * AAC, or tells its channels by itself. With SBR it is a frame of the core, without an extension.
 */
export function silentFrame({ codec, record }: AudioConfig): Uint8Array | undefined {
  if (codec !== "aac") return undefined;
  const [first = 0, second = 0, , , fifth = 0] = record;
  // AudioSpecificConfig: five bits of type, four of rate (15: 24 more), four of channels.
  const escaped = (((first & 7) << 1) | (second >> 7)) === 15;
  const elements = ELEMENTS[((escaped ? fifth : second) >> 3) & 15];
  if (elements === undefined || first >> 3 === 31) return undefined;
  const met: Record<Element, number> = { single: 0, pair: 0, low: 0 };
  let bits = "";
  for (const element of elements) {
    bits += ELEMENT_IDS[element] + met[element].toString(2).padStart(4, "0");
    met[element] += 1;
    // A pair says first that its channels share no window.
    bits += element === "pair" ? `0${SILENT_CHANNEL}${SILENT_CHANNEL}` : SILENT_CHANNEL;
  }
  bits += ELEMENT_IDS.end;
  const bytes = bits.match(/.{1,8}/g) ?? [];
  return Uint8Array.from(bytes, (byte) => Number.parseInt(byte.padEnd(8, "0"), 2));
}

/** Ticks that a frame of a track lasts; undefined where that is no whole number. */
export function silentTicks({ config, timescale }: Track): number | undefined {
  if (config.kind !== "audio") return undefined;
  const ticks = (config.samplesPerFrame * timescale) / config.sampleRate;
  return Number.isInteger(ticks) ? ticks : undefined;
}

/** Whether there is silence for a track's gaps; for one of pictures none is needed. */
export function canBeSilent(track: Track): boolean {
  if (track.config.kind !== "audio") return true;
  return silentFrame(track.config) !== undefined && silentTicks(track) !== undefined;
}
