export { type AmfObject, type AmfValue, EcmaArray, isAmfObject } from "./amf0.ts";
export { AMF_LIMITS, Amf0Reader, type AmfLimits, readAmf0 } from "./amf0-reader.ts";
export { writeAmf0 } from "./amf0-writer.ts";
export { readAudioTag } from "./audio-tag.ts";
export { AUDIO_FOUR_CC, type FlvAudioCodec, type FlvVideoCodec, VIDEO_FOUR_CC } from "./codec.ts";
export { FlvDemuxer } from "./flv-demuxer.ts";
export { type FlvTag, type FlvTagKind, flvTagType } from "./flv-tag.ts";
export {
  aacHeader,
  avcHeader,
  enhancedVideoHeader,
  flvFileHeader,
  flvTag,
  flvTagBytes,
  writeFlvTag,
} from "./flv-writer.ts";
export {
  configBody,
  FRAME_HEADER_BYTES,
  metadataOfTracks,
  writeFrameHeader,
} from "./frame-body.ts";
export { type FlvScript, metadataBody, metadataOf, readScriptTag } from "./script-tag.ts";
export type { FlvAudio, FlvMedia, FlvVideo } from "./tag-body.ts";
export { readVideoTag } from "./video-tag.ts";
