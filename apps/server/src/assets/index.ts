export {
  type Asset,
  type AssetFile,
  type AssetPlayback,
  type AssetPolicy,
  type AssetTrack,
  type AssetView,
  assetPlayback,
} from "./asset.ts";
export type { AssetFiles, FileInMaking } from "./asset-files.ts";
export type { AssetChange, AssetQuery, AssetStore } from "./asset-store.ts";
export { Assets, type AssetsOptions } from "./assets.ts";
export {
  type CueSpan,
  decodeText,
  parseSubtitles,
  retime,
  type SubtitleRequest,
  type SubtitleText,
  webVtt,
} from "./subtitles/index.ts";
export type { Checksum, Upload, UploadStore, Uploads } from "./uploads/index.ts";
export type { FileSlice, VodAnswer } from "./vod-answer.ts";
