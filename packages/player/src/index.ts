export { type EmbedOptions, type EmbedPage, embedPage } from "./embed-page.ts";
export {
  ASSETS_PATH,
  type PlayerAsset,
  type PlayerAssets,
  playerAssets,
} from "./player-assets.ts";
