import type { AlertAttempt } from "@oxbow/site-contract";
import type { Store, Tx } from "../store/index.ts";
import type { TaskHandlers } from "../tasks/index.ts";
import type { World } from "../world.ts";
import { ALERT_MAIL, mailAlert } from "./alert-mail.ts";
import { ALERT_WEBHOOK, attemptDelivery } from "./alert-webhook.ts";
import { raiseAlert, resolveAlert } from "./raise-alert.ts";

export type AlertOptions = {
  readonly store: Store;
  readonly world: World;
  /** Where alerts are posted; unset: nowhere. */
  readonly webhookUrl: string | undefined;
  /** Whether e-mail goes out from here. */
  readonly mailWorks: boolean;
  /** What browsers call the site. */
  readonly site: string;
};

/** What tells operators by e-mail and by webhook. */
export function alertTasks(options: AlertOptions): TaskHandlers {
  const { store, world, webhookUrl: url, mailWorks, site } = options;
  return {
    [ALERT_MAIL]: async (payload) => {
      if (mailWorks) await store.commit((tx) => mailAlert(tx, world, payload, site));
    },
    [ALERT_WEBHOOK]: (payload) => {
      const settled = webhookSettled(world, url ?? "");
      return attemptDelivery({ store, world, url, site, settled }, payload);
    },
  };
}

function webhookSettled(world: World, url: string) {
  const dead = { kind: "webhook_dead", key: "webhook" } as const;
  return (tx: Tx, state: "delivered" | "dead", { status }: AlertAttempt): Promise<void> =>
    state === "delivered"
      ? resolveAlert(tx, world, dead)
      : raiseAlert(tx, world, { ...dead, severity: "warning", data: { url, status } });
}
