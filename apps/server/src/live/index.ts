export type { TrackKind } from "./entry.ts";
export { createLive, type Live, type LiveOptions, type OpenWindow } from "./live.ts";
export type { LiveAnswer } from "./live-answer.ts";
export type { LiveWindow, LiveWindowOptions } from "./live-window.ts";
