import { Fault } from "@oxbow/contract";
import type { ArchivedRange } from "../ports.ts";
import type { MoviePlan } from "./movie-plan.ts";
import { planExport } from "./plan-export.ts";
import type { PlanOptions } from "./plan-options.ts";

/** Makes plans, a few at a time: the plan of a day takes 100 MB while it is made. */
export interface Planner {
  /** Fault as `planExport`, and `limit_reached`. */
  plan(range: ArchivedRange, options: PlanOptions): Promise<MoviePlan>;
}

const AT_ONCE = 2;
const WAITING = 64;

export function createPlanner(): Planner {
  let busy = 0;
  const waiting: (() => void)[] = [];
  return {
    async plan(range, options) {
      if (busy >= AT_ONCE) {
        if (waiting.length >= WAITING) {
          throw new Fault("limit_reached", `${WAITING} ranges wait to be planned: try again later`);
        }
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
      busy += 1;
      try {
        return await planExport(range, options);
      } finally {
        busy -= 1;
        waiting.shift()?.();
      }
    },
  };
}
