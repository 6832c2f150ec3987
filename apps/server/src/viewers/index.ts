export { type Bounds, beyond, contains, type Extent, isOf, opensNow, overlaps } from "./bounds.ts";
export { DecisionCallback } from "./decision-callback.ts";
export { type PlaybackKeyStore, PlaybackKeys, type StoredPlaybackKey } from "./playback-keys.ts";
export type { StreamFacts } from "./signal-facts.ts";
export { type ViewerSession, Viewers } from "./viewers.ts";
