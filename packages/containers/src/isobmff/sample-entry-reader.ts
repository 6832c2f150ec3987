import {
  type AudioConfig,
  av1CodecString,
  type Colour,
  hevcCodecString,
  MalformedInput,
  parseAc3Config,
  parseAudioSpecificConfig,
  parseAvcConfig,
  parseEac3Config,
  type VideoConfig,
  vp9CodecString,
} from "@oxbow/media";
import { BoxFields, childrenOf, type FoundBox, findBox, needBox, readBoxes } from "./box-reader.ts";
import { readDecoderDescription } from "./descriptors.ts";
import { opusHeadOf } from "./opus-record.ts";

/** Configurations that one track may change between. */
const MAX_DESCRIPTIONS = 1024;

/** The entries of `stsd`, undefined where the codec is not one that is known. */
export function readSampleDescriptions(
  bytes: Uint8Array,
  stsd: FoundBox,
): { names: string[]; configs: (VideoConfig | AudioConfig | undefined)[] } {
  const fields = new BoxFields(bytes, stsd);
  const { version } = fields.full();
  const count = fields.u32();
  const entries = readBoxes(bytes, fields.at, stsd.end);
  if (entries.length < count || count < 1 || count > MAX_DESCRIPTIONS) {
    throw new MalformedInput(`"stsd" tells ${count} entries and has ${entries.length}`, {
      spec: "ISO/IEC 14496-12 §8.5.2",
      offset: stsd.start,
    });
  }
  const known = entries.slice(0, count);
  return {
    names: known.map((entry) => entry.type),
    configs: known.map((entry) => readEntry(bytes, entry, version)),
  };
}

function readEntry(
  bytes: Uint8Array,
  entry: FoundBox,
  version: number,
): VideoConfig | AudioConfig | undefined {
  switch (entry.type) {
    case "avc1":
    case "avc3":
    case "hvc1":
    case "hev1":
    case "av01":
    case "vp09":
      return readVideo(bytes, entry, entry.type);
    case "mp4a":
    case "Opus":
    case "ac-3":
    case "ec-3":
    case "fLaC":
    case ".mp3":
      return readAudio(bytes, entry, version);
    default:
      return undefined;
  }
}

type VideoName = "avc1" | "avc3" | "hvc1" | "hev1" | "av01" | "vp09";

function readVideo(bytes: Uint8Array, entry: FoundBox, name: VideoName): VideoConfig {
  const fields = new BoxFields(bytes, entry);
  fields.skip(24);
  const width = fields.u16();
  const height = fields.u16();
  fields.skip(50);
  const boxes = readBoxes(bytes, fields.at, entry.end);
  const base = videoBase(bytes, entry, boxes, name, { width, height });
  const pasp = findBox(boxes, "pasp");
  const colour = readColour(bytes, boxes) ?? base.colour;
  const pixelAspect = pasp === undefined ? base.pixelAspect : readAspect(bytes, pasp);
  return {
    ...base,
    pixelAspect,
    ...(colour === undefined ? {} : { colour }),
    ...highRange(bytes, boxes),
  };
}

/** What HDR says of its display and its light (ISO/IEC 14496-12 §12.1.6, §12.1.7), passed through. */
function highRange(
  bytes: Uint8Array,
  boxes: readonly FoundBox[],
): Pick<VideoConfig, "mastering" | "lightLevel"> {
  const payload = (type: string, length: number): Uint8Array | undefined => {
    const found = findBox(boxes, type);
    const whole = found !== undefined && found.end - found.body === length;
    return whole ? Uint8Array.from(bytes.subarray(found.body, found.end)) : undefined;
  };
  const [mastering, lightLevel] = [payload("mdcv", 24), payload("clli", 4)];
  return {
    ...(mastering === undefined ? {} : { mastering }),
    ...(lightLevel === undefined ? {} : { lightLevel }),
  };
}

function videoBase(
  bytes: Uint8Array,
  entry: FoundBox,
  boxes: readonly FoundBox[],
  name: VideoName,
  size: { width: number; height: number },
): VideoConfig {
  const record = (type: string): Uint8Array => {
    const found = needBox(boxes, type, entry);
    return Uint8Array.from(bytes.subarray(found.body, found.end));
  };
  const plain = { kind: "video", ...size, pixelAspect: [1, 1] } as const;
  switch (name) {
    case "avc1":
      return parseAvcConfig(record("avcC"));
    case "avc3":
      return avcInBand(record("avcC"), plain);
    case "hvc1":
    case "hev1": {
      const hvcc = record("hvcC");
      return { ...plain, codec: "hevc", record: hvcc, codecString: hevcCodecString(hvcc, name) };
    }
    case "av01": {
      const av1c = record("av1C");
      return { ...plain, codec: "av1", record: av1c, codecString: av1CodecString(av1c) };
    }
    case "vp09": {
      const vpcc = record("vpcC");
      return { ...plain, codec: "vp9", record: vpcc, codecString: vp9CodecString(vpcc) };
    }
    default:
      return name satisfies never;
  }
}

/** `avc3`: the parameter sets may all stand in the samples, and the sample entry alone tells the size. */
function avcInBand(
  record: Uint8Array,
  plain: Pick<VideoConfig, "kind" | "width" | "height" | "pixelAspect">,
): VideoConfig {
  if (((record[5] ?? 0) & 0x1f) > 0) {
    const config = parseAvcConfig(record);
    return { ...config, codecString: config.codecString.replace("avc1", "avc3") };
  }
  const profile = [...record.subarray(1, 4)].map((byte) => byte.toString(16).padStart(2, "0"));
  return { ...plain, codec: "avc", record, codecString: `avc3.${profile.join("")}` };
}

function readAspect(bytes: Uint8Array, pasp: FoundBox): readonly [number, number] {
  const fields = new BoxFields(bytes, pasp);
  const across = fields.u32();
  const down = fields.u32();
  if (across === 0 || down === 0) return [1, 1];
  const common = divisor(across, down);
  return [across / common, down / common];
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}

function readColour(bytes: Uint8Array, boxes: readonly FoundBox[]): Colour | undefined {
  for (const found of boxes) {
    if (found.type !== "colr") continue;
    const fields = new BoxFields(bytes, found);
    const kind = String.fromCharCode(...fields.bytes(4));
    if (kind !== "nclx" && kind !== "nclc") continue;
    const [primaries, transfer, matrix] = [fields.u16(), fields.u16(), fields.u16()];
    return { primaries, transfer, matrix, fullRange: kind === "nclx" && fields.u8() >= 0x80 };
  }
  return undefined;
}

function readAudio(bytes: Uint8Array, entry: FoundBox, version: number): AudioConfig | undefined {
  const fields = new BoxFields(bytes, entry);
  fields.skip(8);
  const layout = fields.u16();
  fields.skip(6);
  const channels = fields.u16();
  fields.skip(6);
  const sampleRate = fields.u32() >>> 16;
  // QuickTime's sound descriptions of version 1 and 2 have further fields before their boxes.
  if (version === 0 && layout === 1) fields.skip(16);
  if (version === 0 && layout === 2) fields.skip(36);
  let boxes = readBoxes(bytes, fields.at, entry.end);
  const wave = findBox(boxes, "wave");
  if (wave !== undefined && findBox(boxes, "esds") === undefined) boxes = childrenOf(bytes, wave);
  const record = (type: string): Uint8Array => {
    const found = needBox(boxes, type, entry);
    return Uint8Array.from(bytes.subarray(found.body, found.end));
  };
  const plain = { kind: "audio", channels, sampleRate } as const;
  switch (entry.type) {
    case "Opus":
      return opus(record("dOps"));
    case "ac-3":
      return parseAc3Config(record("dac3"));
    case "ec-3":
      return parseEac3Config(record("dec3"));
    case ".mp3":
      return mp3(plain);
    case "fLaC":
      return flac(record("dfLa"), plain);
    default:
      return mpegAudio(bytes, needBox(boxes, "esds", entry), plain);
  }
}

function opus(dops: Uint8Array): AudioConfig {
  return {
    kind: "audio",
    codec: "opus",
    record: opusHeadOf(dops),
    codecString: "opus",
    sampleRate: 48_000, // whatever the input was (RFC 7845 §5.1)
    channels: dops[1] ?? 0,
    samplesPerFrame: 960,
  };
}

function flac(
  record: Uint8Array,
  plain: Pick<AudioConfig, "kind" | "channels" | "sampleRate">,
): AudioConfig {
  if (record.length < 42) {
    throw new MalformedInput("There is no STREAMINFO", { spec: "FLAC in ISOBMFF §3.3.2" });
  }
  // Version and flags, a block header of four bytes, the smallest and the largest block.
  const samplesPerFrame = ((record[10] ?? 0) << 8) | (record[11] ?? 0);
  return { ...plain, codec: "flac", record, codecString: "fLaC", samplesPerFrame };
}

function mpegAudio(
  bytes: Uint8Array,
  esds: FoundBox,
  plain: Pick<AudioConfig, "kind" | "channels" | "sampleRate">,
): AudioConfig | undefined {
  const fields = new BoxFields(bytes, esds);
  fields.full();
  const { codec, specific } = readDecoderDescription(fields);
  if (codec === "aac") return parseAudioSpecificConfig(Uint8Array.from(specific));
  return codec === "mp3" ? mp3(plain) : undefined;
}

function mp3(plain: Pick<AudioConfig, "kind" | "channels" | "sampleRate">): AudioConfig {
  const samplesPerFrame = plain.sampleRate < 32_000 ? 576 : 1152;
  return {
    ...plain,
    codec: "mp3",
    record: new Uint8Array(),
    codecString: "mp4a.6b",
    samplesPerFrame,
  };
}
