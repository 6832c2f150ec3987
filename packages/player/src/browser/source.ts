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

/**
 * Whether the playhead stands where the media ends. The last frames of a track may be shorter than
 * the segment says, so that a playhead which has nothing more to show counts a little earlier.
 *
 * @param end seconds on the element's timeline
 */
export function atEnd(video: HTMLVideoElement, end: number): boolean {
  if (video.ended) return true;
  const dry = video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA;
  return end - video.currentTime < (dry ? 0.5 : 0.1);
}
