export { createLive, type Live } from "./live.ts";
export type { Markers, Marks } from "./markers.ts";
export type { OlderPlace } from "./media-route.ts";
export type { RecordedStretch } from "./recorded-entries.ts";
