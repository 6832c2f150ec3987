import type { AudioConfig, Track, VideoConfig } from "@oxbow/media";

/**
 * Ticks a second of what is written: timestamps are whole multiples of TimestampScale nanoseconds
 * (RFC 9559 §11.1), and no such multiple is 1/90000 s. Ten microseconds tell any two ticks apart.
 */
export const MATROSKA_TIMESCALE = 100_000;
const TIMESTAMP_SCALE_NS = 10_000;

/** Element ids (RFC 9559 §5, RFC 8794 §11.2). */
const ID = {
  ebml: 0x1a45dfa3,
  ebmlVersion: 0x4286,
  ebmlReadVersion: 0x42f7,
  ebmlMaxIdLength: 0x42f2,
  ebmlMaxSizeLength: 0x42f3,
  docType: 0x4282,
  docTypeVersion: 0x4287,
  docTypeReadVersion: 0x4285,
  segment: 0x18538067,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  muxingApp: 0x4d80,
  writingApp: 0x5741,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  trackNumber: 0xd7,
  trackUid: 0x73c5,
  trackType: 0x83,
  flagLacing: 0x9c,
  codecId: 0x86,
  codecPrivate: 0x63a2,
  defaultDuration: 0x23e383,
  video: 0xe0,
  pixelWidth: 0xb0,
  pixelHeight: 0xba,
  audio: 0xe1,
  samplingFrequency: 0xb5,
  channels: 0x9f,
} as const;

const VIDEO_TYPE = 1;
const AUDIO_TYPE = 2;

const VIDEO_CODECS = {
  avc: "V_MPEG4/ISO/AVC",
  hevc: "V_MPEGH/ISO/HEVC",
  av1: "V_AV1",
  vp9: "V_VP9",
} as const satisfies Record<VideoConfig["codec"], string>;

const AUDIO_CODECS = {
  aac: "A_AAC",
  opus: "A_OPUS",
  mp3: "A_MPEG/L3",
  ac3: "A_AC3",
  eac3: "A_EAC3",
  flac: "A_FLAC",
} as const satisfies Record<AudioConfig["codec"], string>;

/** The beginning of a file that never ends: tracks by their ids, no index, no duration. */
export function matroskaHeader(tracks: readonly Track[]): Buffer {
  return Buffer.concat([
    element(ID.ebml, [
      number(ID.ebmlVersion, 1),
      number(ID.ebmlReadVersion, 1),
      number(ID.ebmlMaxIdLength, 4),
      number(ID.ebmlMaxSizeLength, 8),
      text(ID.docType, "matroska"),
      number(ID.docTypeVersion, 4),
      number(ID.docTypeReadVersion, 2),
    ]),
    // Of unknown size (RFC 8794 §6.2).
    Buffer.from("1853806701ffffffffffffff", "hex"),
    element(ID.info, [
      number(ID.timestampScale, TIMESTAMP_SCALE_NS),
      text(ID.muxingApp, "oxbow"),
      text(ID.writingApp, "oxbow"),
    ]),
    element(ID.tracks, tracks.map(trackEntry)),
  ]);
}

function trackEntry({ id, config }: Track): Buffer {
  const known = [number(ID.trackNumber, id), number(ID.trackUid, id), number(ID.flagLacing, 0)];
  const own = config.kind === "video" ? videoElements(config) : audioElements(config);
  return element(ID.trackEntry, [...known, ...own]);
}

function videoElements({ codec, record, width, height, frameRate }: VideoConfig): Buffer[] {
  return [
    number(ID.trackType, VIDEO_TYPE),
    text(ID.codecId, VIDEO_CODECS[codec]),
    ...(codec === "vp9" ? [] : [element(ID.codecPrivate, [record])]),
    ...(frameRate === undefined ? [] : [number(ID.defaultDuration, Math.round(1e9 / frameRate))]),
    element(ID.video, [number(ID.pixelWidth, width), number(ID.pixelHeight, height)]),
  ];
}

function audioElements(config: AudioConfig): Buffer[] {
  const { codec, record, sampleRate, channels } = config;
  return [
    number(ID.trackType, AUDIO_TYPE),
    text(ID.codecId, AUDIO_CODECS[codec]),
    ...codecPrivate(codec, record),
    element(ID.audio, [float(ID.samplingFrequency, sampleRate), number(ID.channels, channels)]),
  ];
}

function codecPrivate(codec: AudioConfig["codec"], record: Uint8Array): Buffer[] {
  switch (codec) {
    // No CodecDelay for Opus: times of frames are those of what a decoder gives for them, all of it.
    case "aac":
    case "opus":
      return [element(ID.codecPrivate, [record])];
    case "flac":
      // `dfLa` is a full box around the metadata blocks that a FLAC file has behind its marker.
      return [element(ID.codecPrivate, [Buffer.from("fLaC"), record.subarray(4)])];
    case "mp3":
    case "ac3":
    case "eac3":
      return [];
    default:
      return codec satisfies never;
  }
}

/** Cluster with its size, timestamp, and SimpleBlock with its size, track, place and flags. */
const BLOCK_HEADER = 4 + 8 + 1 + 1 + 8 + 1 + 4 + 4;
/** Of a size that is told in four bytes. */
const MOST_BLOCK_BYTES = 2 ** 28 - 2;

/**
 * What stands before the bytes of a frame: a cluster of its own (RFC 9559 §5.1.3), so that its time is
 * told in full.
 * @param at presentation time in MATROSKA_TIMESCALE
 * @throws RangeError for a frame of 256 MiB or more
 */
export function matroskaFrameHeader(
  track: number,
  at: number,
  key: boolean,
  bytes: number,
): Buffer {
  const block = 4 + bytes;
  if (block > MOST_BLOCK_BYTES) throw new RangeError(`A frame of ${bytes} bytes`);
  const out = Buffer.allocUnsafe(BLOCK_HEADER);
  out.writeUInt32BE(0x1f43b675, 0);
  const inside = BLOCK_HEADER - 12 + bytes;
  out.writeUInt32BE(0x01000000, 4);
  out.writeUInt32BE(inside, 8);
  out.writeUInt16BE(0xe788, 12);
  out.writeUInt32BE(Math.floor(at / 2 ** 32), 14);
  out.writeUInt32BE(at % 2 ** 32, 18);
  out.writeUInt8(0xa3, 22);
  out.writeUInt32BE(0x10000000 + block, 23);
  out.writeUInt8(0x80 + track, 27);
  out.writeUInt16BE(0, 28);
  out.writeUInt8(key ? 0x80 : 0, 30);
  return out;
}

function element(id: number, parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(4);
  head.writeUInt32BE(0x10000000 + body.length);
  return Buffer.concat([idBytes(id), head, body]);
}

function idBytes(id: number): Buffer {
  const all = Buffer.alloc(4);
  all.writeUInt32BE(id);
  return all.subarray(all.findIndex((byte) => byte !== 0));
}

function number(id: number, value: number): Buffer {
  const body = Buffer.alloc(8);
  body.writeBigUInt64BE(BigInt(value));
  return element(id, [body]);
}

function float(id: number, value: number): Buffer {
  const body = Buffer.alloc(8);
  body.writeDoubleBE(value);
  return element(id, [body]);
}

function text(id: number, value: string): Buffer {
  return element(id, [Buffer.from(value)]);
}
