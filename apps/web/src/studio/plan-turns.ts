import { EARLY, LATE, type Plan, plannedFor } from "@oxbow/site-contract/planned-for";
import type { StudioVideo } from "./use-channel.ts";

/** How a plan stands at a moment. */
export type PlanTurn = {
  readonly video: StudioVideo;
  /** Whether a broadcast that begins now is this one. */
  readonly isNext: boolean;
  /**
   * `any`: it has no time; `ahead`: its time is so far away that an encoder does not begin it yet, and
   * `soon`: nearer than that; `late`: past, and still to be begun; `over`: nobody came.
   */
  readonly time: "any" | "ahead" | "soon" | "late" | "over";
};

/** Plans in the order in which they come: what would begin now first, then by their times. */
export function planTurns(videos: readonly StudioVideo[], now: number): PlanTurn[] {
  const plans = videos.filter(({ state }) => state === "planned").map(planOf);
  const next = plannedFor(plans, now);
  return plans
    .toSorted((a, b) => rankOf(a, next) - rankOf(b, next) || b.createdAt - a.createdAt)
    .map((plan) => ({
      video: plan.video,
      isNext: plan === next,
      time: timeOf(plan.scheduledAt, now),
    }));
}

function planOf(video: StudioVideo): Plan & { readonly video: StudioVideo } {
  const { scheduledAt, createdAt } = video;
  return {
    video,
    scheduledAt: scheduledAt === null ? null : Date.parse(scheduledAt),
    createdAt: Date.parse(createdAt),
  };
}

const rankOf = (plan: Plan, next: Plan | undefined): number =>
  plan === next ? Number.NEGATIVE_INFINITY : (plan.scheduledAt ?? 0);

function timeOf(at: number | null, now: number): PlanTurn["time"] {
  if (at === null) return "any";
  if (now > at) return now - at > LATE ? "over" : "late";
  return at - now > EARLY ? "ahead" : "soon";
}

/** From when on an encoder that connects begins a plan. */
export const beginsFrom = (at: string): number => Date.parse(at) - EARLY;
