import type { Alert } from "@oxbow/site-contract";
import type { Tx } from "../store/index.ts";
import { scheduleTask } from "../tasks/index.ts";
import type { World } from "../world.ts";

export const ALERT_WEBHOOK = "alerts.webhook";

/** Notes a message to the alert webhook. Where none is set when its time comes, it is dropped. */
export async function queueAlertMessage(
  tx: Tx,
  world: World,
  type: "alert.raised" | "alert.resolved" | "alert.test",
  alert: Alert | null,
): Promise<string> {
  const id = world.id("ald");
  const now = world.now();
  const timestamp = new Date(now).toISOString();
  await tx
    .insertInto("alert_deliveries")
    .values({
      id,
      alert: alert?.id ?? null,
      body: JSON.stringify({ type, timestamp, data: alert }),
      state: "pending",
      attempts: 0,
      log: "[]",
      next_at: now,
      created_at: now,
    })
    .execute();
  await scheduleTask(tx, world, {
    kind: ALERT_WEBHOOK,
    key: id,
    payload: { delivery: id },
    at: now,
  });
  return id;
}
