import type { Chapter, MovieText } from "@oxbow/containers";
import type { Millis, Track } from "@oxbow/media";
import type { MoviePlan } from "./movie-plan.ts";
import type { Silence } from "./silence.ts";

export type TrackKind = Track["config"]["kind"];

/** How media of the wall clock came onto a movie's timeline. */
export type PlannedTimeline = Pick<MoviePlan, "durationMs" | "cut" | "gaps">;

export type PlanOptions = {
  /** The range that is wanted; the archive may have been asked for a little more. */
  readonly from: Millis;
  readonly to: Millis;
  /** `fill`: the picture before a gap stands still over it, and there is silence. */
  readonly gaps: "skip" | "fail" | "fill";
  readonly packing: "auto" | "clean";
  readonly title: string | null;
  /**
   * `exact`: the range's pictures can be decoded from the first to the last without any other (`edges`
   * sees to that), and the movie has no edit list for them: signed composition offsets say what is decoded
   * before it is shown. Else an edit list hides that, and what leads to the first picture.
   */
  readonly cut?: "keyframe" | "exact";
  /** The kinds of tracks that are wanted; all where it is absent. */
  readonly tracks?: readonly TrackKind[];
  /** By track: what fills gaps of the sound. A track without is stretched over them. */
  readonly silence?: ReadonlyMap<number, Silence>;
  /** The subtitle tracks of a movie with pictures, asked for when it is known how the range was cut. */
  readonly texts?: (timeline: PlannedTimeline) => readonly MovieText[];
  /** Likewise its chapters, in order. */
  readonly chapters?: (timeline: PlannedTimeline) => readonly Chapter[];
};
