export type { CopyPieces, MoviePlan, PlannedGap, PlannedTrack } from "./movie-plan.ts";
export { checkRange, type PlanOptions, planExport } from "./plan-export.ts";
export { createPlanner, type Planner } from "./planner.ts";
