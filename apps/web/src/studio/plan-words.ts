import { useFormats, useNow } from "../core/index.ts";
import { beginsFrom, type PlanTurn } from "./plan-turns.ts";
import { useStudioTexts } from "./texts.ts";

/** When a plan begins, and what that depends on. */
export function usePlanWords({ video, isNext, time }: PlanTurn): string {
  const { live } = useStudioTexts();
  const formats = useFormats();
  const now = useNow();
  if (video.scheduledAt === null) return isNext ? live.plannedAbout : live.otherFirst;
  const when = formats.dateTime(video.scheduledAt);
  switch (time) {
    case "over":
      return live.planOver(when);
    case "late":
      return isNext
        ? live.planLate(formats.relative(video.scheduledAt, now))
        : `${live.planWas(when)} ${live.otherFirst}`;
    case "soon":
      return isNext ? live.planSoon(when) : `${live.planAt(when)} ${live.otherFirst}`;
    case "any":
    case "ahead":
      return live.planAhead(when, formats.dateTime(beginsFrom(video.scheduledAt)));
    default:
      return time satisfies never;
  }
}
