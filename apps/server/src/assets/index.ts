export {
  type Asset,
  type AssetFile,
  type AssetPlayback,
  type AssetTrack,
  type AssetView,
  assetPlayback,
} from "./asset.ts";
export type { AssetFiles, FileInMaking } from "./asset-files.ts";
export type { AssetChange, AssetQuery, AssetStore } from "./asset-store.ts";
export { Assets, type AssetsOptions } from "./assets.ts";
export type { FileSlice, VodAnswer } from "./vod-answer.ts";
