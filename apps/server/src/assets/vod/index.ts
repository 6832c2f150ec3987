export { VodRoutes, type VodSources } from "./vod-routes.ts";
