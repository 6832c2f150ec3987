export type { DvrMarkers } from "./dvr-markers.ts";
export { DvrRoute } from "./dvr-route.ts";
