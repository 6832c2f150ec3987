export { TranscodeDoctor, type TranscodeDoctorOptions } from "./doctor.ts";
export { type EncoderName, encoderArguments } from "./encoder.ts";
export { type FoundEncoder } from "./find-encoders.ts";
export { resolveLadder } from "./ladder.ts";
export type {
  DegradedReason,
  Rendition,
  RenditionOutput,
  RenditionReason,
  SourceTap,
  TranscoderNews,
} from "./ports.ts";
export type { LadderRequest, StreamTranscoder } from "./stream-transcoder.ts";
export {
  createTranscoders,
  type TranscoderLimits,
  type TranscoderOptions,
  type Transcoders,
} from "./transcoders.ts";
