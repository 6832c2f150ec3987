import type { Facts } from "../playback-state.ts";

/** Media that is attached to the element, and what can be seen of it. */
export type Source = {
  /** As it is now. */
  facts(): Pick<Facts, "playlist" | "silence" | "target" | "atEnd" | "unplayable">;
  /** Where live begins on the element's timeline: at or after it, the viewer is at the edge. */
  liveEdgeStart(): number;
  /** Resolves when this source will give nothing more: it was played to its end, or is beyond repair. */
  readonly over: Promise<"ended" | "lost">;
  close(): void;
};

/** Whether the playhead stands where the media ends, to a frame or two. */
export function atEnd(video: HTMLVideoElement): boolean {
  if (video.ended) return true;
  return Number.isFinite(video.duration) && video.duration - video.currentTime < 0.1;
}
