import type { Cue } from "@oxbow/media";

/** A WebVTT text in its parts. */
export type SubtitleText = {
  /** In the order of the text. */
  readonly cues: readonly Cue[];
  /** STYLE and REGION blocks as they stand (WebVTT §4.1). */
  readonly styles: readonly string[];
};
