export { createLive, type Live } from "./live.ts";
export type { Markers, Marks } from "./markers.ts";
export type { RecordedStretch } from "./recorded-entries.ts";
export type { DeclaredRendition } from "./rendition.ts";
