export type { CopyPieces, MoviePlan, PlannedGap, PlannedTrack } from "./movie-plan.ts";
export { planExport } from "./plan-export.ts";
export type { PlannedTimeline, PlanOptions, TrackKind } from "./plan-options.ts";
export { createPlanner, type Planner } from "./planner.ts";
export { checkRange, gapsOf } from "./range-check.ts";
export { pictureTicks, walkSamples } from "./samples.ts";
export { type Silence, silentFrame, silentTicks } from "./silence.ts";
