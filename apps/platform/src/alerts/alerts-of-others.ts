import type { InboxOptions } from "../media/index.ts";
import type { TaskOptions } from "../tasks/index.ts";
import type { World } from "../world.ts";
import { raiseAlert, resolveAlerts } from "./raise-alert.ts";

/** What the inbox and the tasks call when they give something up: given to them where all is wired. */
export function alertsOfOthers(world: World): Required<
  Pick<InboxOptions, "onPoisoned" | "onSinkRestored">
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
    // The platform's own sink had been disabled, and its alert is among those of sinks.
    onSinkRestored: (tx) => resolveAlerts(tx, world, "sink_disabled", ""),
    onDeadTask: (tx, { kind, error }) =>
      raiseAlert(tx, world, {
        kind: "task_failed",
        key: kind,
        severity: "warning",
        data: { task: kind, message: error },
      }),
  };
}
