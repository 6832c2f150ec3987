import type { AudioConfig, Frame, Track, VideoConfig } from "@oxbow/media";
import type { AmfValue } from "./amf0.ts";
import { AUDIO_FOUR_CC, VIDEO_FOUR_CC } from "./codec.ts";

/** The longest header that stands before a frame in its body, in bytes. */
export const FRAME_HEADER_BYTES = 8;

const AVC = 7;
const AAC = 10;
/** MP3 as 44 kHz, 16 bits, stereo: what it is stands in its own frames (FLV 10.1 §E.4.2.1). */
const MP3_BODY = 0x2f;
const AAC_BODY = 0xaf;
const EXTENDED_SOUND = 0x90;
const EXTENDED_VIDEO = 0x80;
const KEY_FRAME = 0x10;
const INTER_FRAME = 0x20;
const SEQUENCE_START = 0;
const CODED_FRAMES = 1;

/**
 * Writes what stands before a frame's data in its body: legacy for AVC, AAC and MP3 (FLV 10.1 §E.4.2.1,
 * §E.4.3.1), enhanced for other codecs (Enhanced RTMP v2). `compositionTime` is in milliseconds.
 * Returns its length.
 */
export function writeFrameHeader(
  out: Buffer,
  config: VideoConfig | AudioConfig,
  frame: Pick<Frame, "key">,
  compositionTime: number,
): number {
  if (config.kind === "audio") {
    if (config.codec === "mp3") return out.writeUInt8(MP3_BODY, 0);
    if (config.codec === "aac") return out.writeUInt16BE((AAC_BODY << 8) | CODED_FRAMES, 0);
    out.writeUInt8(EXTENDED_SOUND | CODED_FRAMES, 0);
    return 1 + out.write(AUDIO_FOUR_CC[config.codec], 1, "latin1");
  }
  const type = frame.key ? KEY_FRAME : INTER_FRAME;
  if (config.codec === "avc") {
    out.writeUInt16BE(((type | AVC) << 8) | CODED_FRAMES, 0);
    return out.writeUIntBE(compositionTime & 0xffffff, 2, 3);
  }
  out.writeUInt8(EXTENDED_VIDEO | type | CODED_FRAMES, 0);
  const next = 1 + out.write(VIDEO_FOUR_CC[config.codec], 1, "latin1");
  // Only the codecs that reorder pictures by themselves have the field.
  if (config.codec !== "hevc") return next;
  return out.writeUIntBE(compositionTime & 0xffffff, next, 3);
}

/** The body that tells a decoder its configuration; undefined for codecs that need none. */
export function configBody(config: VideoConfig | AudioConfig): Buffer | undefined {
  if (config.codec === "mp3") return undefined;
  if (config.codec === "avc") {
    return Buffer.concat([Buffer.of(KEY_FRAME | AVC, SEQUENCE_START, 0, 0, 0), config.record]);
  }
  if (config.codec === "aac") {
    return Buffer.concat([Buffer.of(AAC_BODY, SEQUENCE_START), config.record]);
  }
  const [first, fourCc] =
    config.kind === "video"
      ? [EXTENDED_VIDEO | KEY_FRAME | SEQUENCE_START, VIDEO_FOUR_CC[config.codec]]
      : [EXTENDED_SOUND | SEQUENCE_START, AUDIO_FOUR_CC[config.codec]];
  return Buffer.concat([Buffer.of(first), Buffer.from(fourCc), config.record]);
}

/** What `onMetaData` says of tracks: legacy codec ids, or FourCCs as numbers (Enhanced RTMP v2). */
export function metadataOfTracks(tracks: readonly Track[]): Record<string, AmfValue> {
  const values: Record<string, AmfValue> = {};
  for (const { config } of tracks) {
    if (config.kind === "video") {
      values["width"] = config.width;
      values["height"] = config.height;
      if (config.frameRate !== undefined) values["framerate"] = config.frameRate;
      values["videocodecid"] = config.codec === "avc" ? AVC : numberOf(VIDEO_FOUR_CC[config.codec]);
    } else {
      values["audiosamplerate"] = config.sampleRate;
      values["audiosamplesize"] = 16;
      values["audiochannels"] = config.channels;
      values["stereo"] = config.channels === 2;
      values["audiocodecid"] = legacySound(config.codec) ?? numberOf(AUDIO_FOUR_CC[config.codec]);
    }
  }
  return values;
}

function legacySound(codec: AudioConfig["codec"]): number | undefined {
  if (codec === "aac") return AAC;
  return codec === "mp3" ? MP3_BODY >> 4 : undefined;
}

function numberOf(fourCc: string): number {
  return Buffer.from(fourCc, "latin1").readUInt32BE();
}
