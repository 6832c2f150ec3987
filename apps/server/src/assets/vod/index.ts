export type { Title, TitleFile } from "./title.ts";
export { loadAside } from "./title-loader.ts";
export { type TitlePictures, titlePictures } from "./title-pictures.ts";
export { VodRoutes, type VodSources } from "./vod-routes.ts";
