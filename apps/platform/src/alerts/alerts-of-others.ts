import type { InboxOptions } from "../media/index.ts";
import type { TaskOptions } from "../tasks/index.ts";
import type { World } from "../world.ts";
import { raiseAlert, resolveAlert } from "./raise-alert.ts";

/** What the inbox and the tasks call when they give something up: given to them where all is wired. */
export function alertsOfOthers(world: World): Required<
  Pick<InboxOptions, "onPoisoned" | "onClocks">
> & {
  readonly onDeadTask: NonNullable<TaskOptions["onDead"]>;
} {
  return {
    onPoisoned: (tx, event, { error }) =>
      raiseAlert(tx, world, {
        kind: "event_poisoned",
        key: event.id,
        severity: "critical",
        about: { event: event.id },
        data: { type: event.type, message: error },
      }),
    onClocks: (tx, seconds) => {
      const alert = { kind: "clocks_apart", key: "media" } as const;
      return seconds === 0
        ? resolveAlert(tx, world, alert)
        : raiseAlert(tx, world, { ...alert, severity: "critical", data: { seconds } });
    },
    onDeadTask: (tx, { kind, error }) =>
      raiseAlert(tx, world, {
        kind: "task_failed",
        key: kind,
        severity: "warning",
        data: { task: kind, message: error },
      }),
  };
}
