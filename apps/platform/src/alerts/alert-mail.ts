import type { Tx } from "../store/index.ts";
import { scheduleTask } from "../tasks/index.ts";
import type { World } from "../world.ts";

export const ALERT_MAIL = "alerts.mail";

/** The least time between two e-mails about the same kind and key. */
const DIGEST_MS = 3_600_000;

/** Has operators told by e-mail: at once, or an hour after the last one about the same. */
export async function scheduleAlertMail(tx: Tx, world: World, openKey: string): Promise<void> {
  const last = await tx
    .selectFrom("alert_mails")
    .select("at")
    .where("open_key", "=", openKey)
    .executeTakeFirst();
  const at = Math.max(world.now(), (last?.at ?? 0) + DIGEST_MS);
  await scheduleTask(tx, world, { kind: ALERT_MAIL, key: openKey, payload: { openKey }, at });
}
