export { parseAc3Config, parseEac3Config } from "./ac3-config.ts";
export { parseAudioSpecificConfig } from "./audio-specific-config.ts";
export { parseAvcConfig } from "./avc-config.ts";
export {
  type AvcRecord,
  avcPictureSetId,
  readAvcRecord,
  writeAvcRecord,
} from "./avc-record.ts";
export { type AvcSps, parseAvcSps } from "./avc-sps.ts";
export {
  CAPTION_ROOM,
  type CaptionService,
  captionBits,
  captionServices,
  type NalForm,
  nalFormOf,
} from "./closed-captions.ts";
export { av1CodecString, hevcCodecString, vp9CodecString } from "./codec-strings.ts";
export type { Cue } from "./cue.ts";
export { type CaptionFollower, followCaptions } from "./follow-captions.ts";
export { type HevcRecord, parseHevcConfig, withHvc1 } from "./hevc-config.ts";
export { MalformedInput } from "./malformed-input.ts";
export { type Millis, millis, plus, rescale, rfc3339 } from "./time.ts";
export {
  AUDIO_TRACK,
  type AudioCodec,
  type AudioConfig,
  type Colour,
  type Frame,
  sameConfig,
  type Track,
  VIDEO_TIMESCALE,
  VIDEO_TRACK,
  type VideoCodec,
  type VideoConfig,
} from "./track.ts";
