export { Playback, type PlaybackParts } from "./playback.ts";
export type { PlaybackOf, PlaybackWish, StreamRef } from "./playback-wish.ts";
export { schedulePolicy } from "./policies.ts";
export type { PolicyFacts, PolicySubject } from "./policy-facts.ts";
