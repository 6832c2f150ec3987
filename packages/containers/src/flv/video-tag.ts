import { type FlvVideoCodec, LEGACY_VIDEO, videoCodecOf } from "./codec.ts";
import {
  byte,
  type EnhancedKind,
  type EnhancedPacket,
  readEnhanced,
  readModifiers,
  uint24,
} from "./enhanced-header.ts";
import { type FlvVideo, NOTHING } from "./tag-body.ts";

const LEGACY_SPEC = "FLV 10.1 §E.4.3";
const ENHANCED_SPEC = "Enhanced RTMP v2, ExVideoTagHeader";

const FRAME_TYPE_KEY = 1;
const FRAME_TYPE_GENERATED_KEY = 4;
const FRAME_TYPE_COMMAND = 5;

const CODEC_AVC = 7;
/** Not in any specification, but sent by encoders and servers since 2015. */
const CODEC_HEVC = 12;

const packetType = {
  sequenceStart: 0,
  codedFrames: 1,
  sequenceEnd: 2,
  codedFramesX: 3,
  metadata: 4,
  multitrack: 6,
} as const;

const enhanced: EnhancedKind<FlvVideoCodec> = {
  spec: ENHANCED_SPEC,
  multitrack: packetType.multitrack,
  codecOf: videoCodecOf,
  packet: readPacket,
};

/**
 * Reads the body of a video tag or of an RTMP video message.
 * @throws MalformedInput where the header is cut off.
 */
export function readVideoTag(body: Uint8Array): FlvVideo {
  const first = body[0];
  if (first === undefined) return NOTHING;
  const frameType = (first >> 4) & 7;
  const key = frameType === FRAME_TYPE_KEY || frameType === FRAME_TYPE_GENERATED_KEY;
  if ((first & 0x80) === 0) return readLegacy(body, first, frameType, key);
  const start = readModifiers(body, first & 0x0f);
  // A seek command of the publisher has no body; metadata ignores the frame type.
  if (frameType === FRAME_TYPE_COMMAND && start.type !== packetType.metadata) return NOTHING;
  return readEnhanced(body, start, key, enhanced);
}

function readLegacy(body: Uint8Array, first: number, frameType: number, key: boolean): FlvVideo {
  if (frameType === FRAME_TYPE_COMMAND) return NOTHING;
  const id = first & 0x0f;
  if (id !== CODEC_AVC && id !== CODEC_HEVC) {
    return { is: "foreign", codec: LEGACY_VIDEO[id] ?? `legacy codec id ${id}`, track: 0 };
  }
  if (body.length === 1) return NOTHING;
  const codec = id === CODEC_AVC ? "avc" : "hevc";
  const type = byte(body, 1, LEGACY_SPEC);
  const compositionTime = signed24(uint24(body, 2, LEGACY_SPEC));
  if (type === packetType.sequenceStart) {
    return { is: "config", codec, track: 0, record: body.subarray(5) };
  }
  if (type === packetType.sequenceEnd) return { is: "end", codec, track: 0 };
  if (type !== packetType.codedFrames || body.length === 5) return NOTHING;
  return {
    is: "frame",
    codec,
    track: 0,
    key,
    compositionTime,
    nanoOffset: 0,
    data: body.subarray(5),
  };
}

function readPacket(packet: EnhancedPacket<FlvVideoCodec>): FlvVideo {
  const { body, to, type, codec, track, key, nanoOffset } = packet;
  let { from } = packet;
  switch (type) {
    case packetType.sequenceStart:
      return { is: "config", codec, track, record: body.subarray(from, to) };
    case packetType.sequenceEnd:
      return { is: "end", codec, track };
    case packetType.metadata:
      return { is: "metadata", track, amf: body.subarray(from, to) };
    case packetType.codedFrames:
    case packetType.codedFramesX: {
      let compositionTime = 0;
      // CodedFramesX means zero; the codecs that reorder no pictures have no such field.
      if (
        type === packetType.codedFrames &&
        (codec === "avc" || codec === "hevc" || codec === "vvc")
      ) {
        compositionTime = signed24(uint24(body.subarray(0, to), from, ENHANCED_SPEC));
        from += 3;
      }
      if (from === to) return NOTHING;
      const data = body.subarray(from, to);
      return { is: "frame", codec, track, key, compositionTime, nanoOffset, data };
    }
    default:
      return NOTHING;
  }
}

/** SI24 (FLV 10.1 §E.1). */
function signed24(value: number): number {
  return (value << 8) >> 8;
}
