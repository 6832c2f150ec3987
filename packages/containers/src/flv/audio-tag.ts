import { audioCodecOf, type FlvAudioCodec, LEGACY_AUDIO } from "./codec.ts";
import {
  byte,
  type EnhancedKind,
  type EnhancedPacket,
  readEnhanced,
  readModifiers,
} from "./enhanced-header.ts";
import { type FlvAudio, NOTHING } from "./tag-body.ts";

const LEGACY_SPEC = "FLV 10.1 §E.4.2";
const ENHANCED_SPEC = "Enhanced RTMP v2, ExAudioTagHeader";

const SOUND_EX_HEADER = 9;
const SOUND_AAC = 10;
const SOUND_MP3 = 2;
const SOUND_MP3_8K = 14;

const packetType = { sequenceStart: 0, codedFrames: 1, sequenceEnd: 2, multitrack: 5 } as const;

const enhanced: EnhancedKind<FlvAudioCodec> = {
  spec: ENHANCED_SPEC,
  multitrack: packetType.multitrack,
  codecOf: audioCodecOf,
  packet: readPacket,
};

/**
 * Reads the body of an audio tag or of an RTMP audio message. An empty body is a silence message
 * (Enhanced RTMP v2) and carries nothing.
 * @throws MalformedInput where the header is cut off.
 */
export function readAudioTag(body: Uint8Array): FlvAudio {
  const first = body[0];
  if (first === undefined) return NOTHING;
  const format = first >> 4;
  if (format === SOUND_EX_HEADER) {
    return readEnhanced(body, readModifiers(body, first & 0x0f), true, enhanced);
  }
  if (format === SOUND_MP3 || format === SOUND_MP3_8K) return frame("mp3", body, 1);
  if (format !== SOUND_AAC) {
    return {
      is: "foreign",
      codec: LEGACY_AUDIO[format] ?? `legacy sound format ${format}`,
      track: 0,
    };
  }
  if (body.length === 1) return NOTHING;
  const type = byte(body, 1, LEGACY_SPEC);
  if (type === packetType.sequenceStart) {
    return { is: "config", codec: "aac", track: 0, record: body.subarray(2) };
  }
  return type === packetType.codedFrames ? frame("aac", body, 2) : NOTHING;
}

function frame(codec: FlvAudioCodec, body: Uint8Array, from: number): FlvAudio {
  if (from === body.length) return NOTHING;
  const data = body.subarray(from);
  return { is: "frame", codec, track: 0, key: true, compositionTime: 0, nanoOffset: 0, data };
}

function readPacket(packet: EnhancedPacket<FlvAudioCodec>): FlvAudio {
  const { body, from, to, type, codec, track, nanoOffset } = packet;
  switch (type) {
    case packetType.sequenceStart:
      return { is: "config", codec, track, record: body.subarray(from, to) };
    case packetType.sequenceEnd:
      return { is: "end", codec, track };
    case packetType.codedFrames: {
      if (from === to) return NOTHING;
      const data = body.subarray(from, to);
      return { is: "frame", codec, track, key: true, compositionTime: 0, nanoOffset, data };
    }
    default:
      return NOTHING;
  }
}
