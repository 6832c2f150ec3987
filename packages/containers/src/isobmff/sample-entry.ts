import type { AudioConfig, Track, VideoConfig } from "@oxbow/media";
import { ascii, type Box, box, fullBox, type Part, u8, u16, u32 } from "./box.ts";
import { descriptor, OBJECT_AAC, OBJECT_MP3 } from "./descriptors.ts";
import { dopsOf } from "./opus-record.ts";

/** Sample entry names of each video codec, and the box that holds its record. */
const VIDEO_BOXES = {
  avc: { names: ["avc1", "avc3"], record: "avcC" },
  hevc: { names: ["hvc1", "hev1"], record: "hvcC" },
  av1: { names: ["av01"], record: "av1C" },
  vp9: { names: ["vp09"], record: "vpcC" },
} as const;

/** The sample entry of a configuration, as `stsd` holds it (ISO/IEC 14496-12 §8.5.2). */
function sampleEntry(config: Track["config"]): Box {
  return config.kind === "video" ? videoEntry(config) : audioEntry(config);
}

/** `stsd` with one entry for each configuration. */
export function sampleDescriptions(configs: readonly Track["config"][]): Box {
  return fullBox("stsd", 0, 0, u32(configs.length), ...configs.map(sampleEntry));
}

function videoEntry(config: VideoConfig): Box {
  const { names, record } = VIDEO_BOXES[config.codec];
  // The parameter sets stand where the codec string says: avc3 and hev1 keep them in the samples.
  const name = names.find((known) => config.codecString.startsWith(known)) ?? names[0];
  const parts: Part[] = [
    u8(0, 0, 0, 0, 0, 0),
    u16(1), // data_reference_index
    new Uint8Array(16),
    u16(config.width, config.height),
    u32(0x48_0000, 0x48_0000, 0), // 72 dpi
    u16(1), // frame_count
    new Uint8Array(32), // compressorname
    u16(24, 0xff_ff),
    box(record, config.record),
  ];
  const { colour } = config;
  if (colour !== undefined) {
    parts.push(
      box(
        "colr", // §12.1.5
        ascii("nclx"),
        u16(colour.primaries, colour.transfer, colour.matrix),
        u8(colour.fullRange ? 0x80 : 0),
      ),
    );
  }
  const { mastering, lightLevel } = config;
  if (mastering !== undefined) parts.push(box("mdcv", mastering));
  if (lightLevel !== undefined) parts.push(box("clli", lightLevel));
  parts.push(box("pasp", u32(...config.pixelAspect))); // §12.1.4
  return box(name, ...parts);
}

function audioEntry(config: AudioConfig): Box {
  const { name, record } = audioBoxes(config);
  return box(
    name,
    u8(0, 0, 0, 0, 0, 0),
    u16(1), // data_reference_index
    u32(0, 0),
    u16(config.channels, 16, 0, 0),
    // 16.16; a rate that does not fit is told by the record alone.
    u32(config.sampleRate < 65_536 ? config.sampleRate * 65_536 : 0),
    record,
  );
}

function audioBoxes(config: AudioConfig): { name: string; record: Box } {
  switch (config.codec) {
    case "aac":
      return { name: "mp4a", record: esds(OBJECT_AAC, config.record) };
    case "mp3":
      return { name: "mp4a", record: esds(OBJECT_MP3, undefined) };
    case "opus":
      return { name: "Opus", record: box("dOps", dopsOf(config.record)) };
    case "ac3":
      return { name: "ac-3", record: box("dac3", config.record) };
    case "eac3":
      return { name: "ec-3", record: box("dec3", config.record) };
    case "flac":
      return { name: "fLaC", record: box("dfLa", config.record) };
    default:
      return config.codec satisfies never;
  }
}

/** ISO/IEC 14496-14 §6.7.2, with the descriptors of 14496-1 §7.2.6. */
function esds(objectType: number, specific: Uint8Array | undefined): Box {
  const decoder = [
    u8(objectType, (5 << 2) | 1, 0, 0, 0), // audio stream; buffer size not told
    u32(0, 0), // bit rates not told
    ...(specific === undefined ? [] : [descriptor(5, specific)]),
  ];
  return fullBox(
    "esds",
    0,
    0,
    descriptor(3, u8(0, 0, 0), descriptor(4, ...decoder), descriptor(6, u8(2))),
  );
}
