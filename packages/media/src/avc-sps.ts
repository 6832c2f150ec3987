import { BitReader } from "./bit-reader.ts";
import { MalformedInput } from "./malformed-input.ts";
import type { Colour } from "./track.ts";

const SPEC = "ISO/IEC 14496-10 §7.3.2.1.1";

/** What a sequence parameter set says about the picture. */
export type AvcSps = {
  readonly id: number;
  readonly profile: number;
  readonly constraints: number;
  readonly level: number;
  /** Chroma format (table 6-1): 1 is 4:2:0. */
  readonly chromaFormat: number;
  /** Bits of a luma sample. */
  readonly bitDepth: number;
  /** Pictures that others may refer to at a time. */
  readonly references: number;
  /** Every picture is a whole frame: none is coded as fields, none of its blocks either. */
  readonly progressive: boolean;
  readonly width: number;
  readonly height: number;
  readonly pixelAspect: readonly [horizontal: number, vertical: number];
  readonly colour?: Colour;
  readonly frameRate?: number;
};

/** Profiles whose parameter sets carry chroma format and scaling lists (§7.3.2.1.1). */
const HIGH_PROFILES = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);

/** Sample aspect ratios by aspect_ratio_idc (table E-1). */
const ASPECTS: readonly (readonly [number, number])[] = [
  [1, 1],
  [1, 1],
  [12, 11],
  [10, 11],
  [16, 11],
  [40, 33],
  [24, 11],
  [20, 11],
  [32, 11],
  [80, 33],
  [18, 11],
  [15, 11],
  [64, 33],
  [160, 99],
  [4, 3],
  [3, 2],
  [2, 1],
];

/** Larger than any level allows; keeps nonsense out of later arithmetic. */
const MAX_SIDE = 16_384;

/**
 * Reads a sequence parameter set.
 * @param nal the NAL unit with its header byte and emulation prevention bytes
 * @throws MalformedInput
 */
export function parseAvcSps(nal: Uint8Array): AvcSps {
  if (((nal[0] ?? 0) & 0x1f) !== 7) {
    throw new MalformedInput(`NAL unit type ${(nal[0] ?? 0) & 0x1f} is not 7`, {
      spec: "ISO/IEC 14496-10 §7.4.1",
      offset: 0,
    });
  }
  const reader = new BitReader(withoutEmulationPrevention(nal.subarray(1)), SPEC);
  const profile = reader.bits(8);
  const constraints = reader.bits(8);
  const level = reader.bits(8);
  const id = reader.unsigned();
  const chroma = HIGH_PROFILES.has(profile) ? readChroma(reader) : PLAIN_CHROMA;
  const references = readOrder(reader);
  const size = readSize(reader, chroma);
  const usability = reader.flag() ? readUsability(reader) : { pixelAspect: [1, 1] as const };
  const { chromaFormat, bitDepth } = chroma;
  const told = { id, profile, constraints, level, chromaFormat, bitDepth, references };
  return { ...told, ...size, ...usability };
}

/** Removes the 03 of each 00 00 03 (§7.4.1.1). */
function withoutEmulationPrevention(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length);
  let length = 0;
  let zeros = 0;
  for (const byte of bytes) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    out[length++] = byte;
  }
  return out.subarray(0, length);
}

/** How samples are coded; `across` and `down` are the divisors SubWidthC and SubHeightC (table 6-1). */
type Chroma = {
  readonly chromaFormat: number;
  readonly bitDepth: number;
  readonly across: number;
  readonly down: number;
};

const PLAIN_CHROMA: Chroma = { chromaFormat: 1, bitDepth: 8, across: 2, down: 2 };

function readChroma(reader: BitReader): Chroma {
  const format = reader.unsigned();
  if (format > 3)
    throw new MalformedInput(`chroma_format_idc ${format} is above 3`, { spec: SPEC });
  const separate = format === 3 && reader.flag();
  const bitDepth = reader.unsigned() + 8;
  reader.unsigned(); // bit_depth_chroma_minus8
  reader.flag(); // qpprime_y_zero_transform_bypass_flag
  if (reader.flag()) skipScalingLists(reader, format === 3 ? 12 : 8);
  const coded = { chromaFormat: format, bitDepth };
  if (separate || format === 0 || format === 3) return { ...coded, across: 1, down: 1 };
  return { ...coded, across: 2, down: format === 1 ? 2 : 1 };
}

function skipScalingLists(reader: BitReader, lists: number): void {
  for (let list = 0; list < lists; list++) {
    if (!reader.flag()) continue;
    let last = 8;
    let next = 8;
    for (let place = 0; place < (list < 6 ? 16 : 64); place++) {
      if (next !== 0) next = (last + reader.signed() + 256) & 0xff;
      if (next !== 0) last = next;
    }
  }
}

/** Passes frame numbers and picture order; gives max_num_ref_frames. */
function readOrder(reader: BitReader): number {
  reader.unsigned(); // log2_max_frame_num_minus4
  const type = reader.unsigned();
  if (type > 2) throw new MalformedInput(`pic_order_cnt_type ${type} is above 2`, { spec: SPEC });
  if (type === 0) reader.unsigned(); // log2_max_pic_order_cnt_lsb_minus4
  if (type === 1) {
    reader.flag();
    reader.signed();
    reader.signed();
    const cycle = reader.unsigned();
    if (cycle > 255) {
      throw new MalformedInput(`num_ref_frames_in_pic_order_cnt_cycle ${cycle} is above 255`, {
        spec: SPEC,
      });
    }
    for (let frame = 0; frame < cycle; frame++) reader.signed();
  }
  const references = reader.unsigned();
  reader.flag(); // gaps_in_frame_num_value_allowed_flag
  return references;
}

function readSize(
  reader: BitReader,
  chroma: Chroma,
): Pick<AvcSps, "width" | "height" | "progressive"> {
  const acrossBlocks = reader.unsigned() + 1;
  const downUnits = reader.unsigned() + 1;
  const frameOnly = reader.flag();
  const fields = frameOnly ? 1 : 2;
  if (!frameOnly) reader.flag(); // mb_adaptive_frame_field_flag
  reader.flag(); // direct_8x8_inference_flag
  let [left, right, top, bottom] = [0, 0, 0, 0];
  if (reader.flag()) {
    left = reader.unsigned();
    right = reader.unsigned();
    top = reader.unsigned();
    bottom = reader.unsigned();
  }
  const width = acrossBlocks * 16 - chroma.across * (left + right);
  const height = downUnits * 16 * fields - chroma.down * fields * (top + bottom);
  if (width < 1 || height < 1 || width > MAX_SIDE || height > MAX_SIDE) {
    throw new MalformedInput(`A picture of ${width} × ${height} is not possible`, {
      spec: "ISO/IEC 14496-10 §7.4.2.1.1",
    });
  }
  return { width, height, progressive: frameOnly };
}

/** Video usability information (§E.1.1), as far as timing. */
function readUsability(reader: BitReader): Pick<AvcSps, "pixelAspect" | "colour" | "frameRate"> {
  const pixelAspect = reader.flag() ? readAspect(reader) : ([1, 1] as const);
  if (reader.flag()) reader.flag(); // overscan
  const colour = reader.flag() ? readColour(reader) : undefined;
  if (reader.flag()) {
    reader.unsigned(); // chroma_sample_loc_type_top_field
    reader.unsigned();
  }
  const frameRate = reader.flag() ? readFrameRate(reader) : undefined;
  return {
    pixelAspect,
    ...(colour === undefined ? {} : { colour }),
    ...(frameRate === undefined ? {} : { frameRate }),
  };
}

function readAspect(reader: BitReader): readonly [number, number] {
  const code = reader.bits(8);
  if (code !== 255) return ASPECTS[code] ?? [1, 1];
  const across = reader.bits(16);
  const down = reader.bits(16);
  // A zero means "unspecified" (§E.2.1).
  return across === 0 || down === 0 ? [1, 1] : [across, down];
}

function readColour(reader: BitReader): Colour | undefined {
  reader.bits(3); // video_format
  const fullRange = reader.flag();
  // 2 is "unspecified" in each of the three tables.
  if (!reader.flag()) {
    return fullRange ? { primaries: 2, transfer: 2, matrix: 2, fullRange } : undefined;
  }
  return {
    primaries: reader.bits(8),
    transfer: reader.bits(8),
    matrix: reader.bits(8),
    fullRange,
  };
}

/** A tick is a field (§E.2.1); without the fixed flag it is a unit of time and not a rate. */
function readFrameRate(reader: BitReader): number | undefined {
  const unitsInTick = reader.bits(32);
  const timeScale = reader.bits(32);
  const fixed = reader.flag();
  if (!fixed || unitsInTick === 0 || timeScale === 0) return undefined;
  const rate = timeScale / (2 * unitsInTick);
  return rate <= 1000 ? rate : undefined;
}
