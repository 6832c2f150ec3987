import { type Alert, type AlertMailWish, alertSeverities } from "@oxbow/site-contract";
import { z } from "zod";
import { sendMail } from "../mail/index.ts";
import type { Tx } from "../store/index.ts";
import { scheduleTask } from "../tasks/index.ts";
import type { World } from "../world.ts";
import { alertAddresses } from "./alert-addresses.ts";
import { alertLetter } from "./alert-letter.ts";
import { toAlert } from "./alert-row.ts";
import type { AlertLanguage } from "./alert-text.ts";

export const ALERT_MAIL = "alerts.mail";

/** The least time between two e-mails about the same kind and key. */
const DIGEST_MS = 3_600_000;
/** What an operator gets who has said nothing about it. */
const USUAL_WISH: AlertMailWish = "warning";

const mailPayload = z.object({ openKey: z.string() });

/** Has operators told by e-mail: at once, or an hour after the last one about the same. */
export async function scheduleAlertMail(tx: Tx, world: World, openKey: string): Promise<void> {
  const last = await tx
    .selectFrom("alert_mails")
    .select("at")
    .where("open_key", "=", openKey)
    .executeTakeFirst();
  const at = last === undefined ? world.now() : Math.max(world.now(), last.at + DIGEST_MS);
  await scheduleTask(tx, world, { kind: ALERT_MAIL, key: openKey, payload: { openKey }, at });
}

/** Queues letters about an alert to all who want one. Nothing where it was resolved meanwhile. */
export async function mailAlert(
  tx: Tx,
  world: World,
  payload: unknown,
  site: string,
): Promise<void> {
  const { openKey } = mailPayload.parse(payload);
  const row = await tx
    .selectFrom("alerts")
    .selectAll()
    .where("open_key", "=", openKey)
    .executeTakeFirst();
  if (row === undefined) return;
  const alert = toAlert(row);
  for (const { to, language } of await readersOf(tx, alert)) {
    await sendMail(tx, world, { to, ...alertLetter(alert, language, site) });
  }
  const at = world.now();
  await tx
    .insertInto("alert_mails")
    .values({ open_key: openKey, at })
    .onConflict((conflict) => conflict.column("open_key").doUpdateSet({ at }))
    .execute();
}

/** Which alerts come by e-mail to an operator. */
export async function mailWishOf(
  tx: Pick<Tx, "selectFrom">,
  person: string,
): Promise<AlertMailWish> {
  const row = await tx
    .selectFrom("alert_readers")
    .select("mail_from")
    .where("person", "=", person)
    .executeTakeFirst();
  return row?.mail_from ?? USUAL_WISH;
}

type Reader = { readonly to: string; readonly language: AlertLanguage };

/** Operators who want it, and the addresses of the site, each once. */
async function readersOf(tx: Tx, alert: Alert): Promise<readonly Reader[]> {
  const operators = await tx
    .selectFrom("people")
    .leftJoin("alert_readers", "alert_readers.person", "people.id")
    .select(["people.email", "people.language", "alert_readers.mail_from"])
    .where("people.role", "=", "operator")
    .where("people.suspended", "=", 0)
    .orderBy("people.email")
    .execute();
  const wanting = operators
    .filter(({ mail_from: wish }) => wants(wish ?? USUAL_WISH, alert))
    .map(({ email, language }): Reader => ({ to: email, language }));
  const shared = wants(USUAL_WISH, alert) ? await alertAddresses(tx) : [];
  const known = new Set(wanting.map(({ to }) => to));
  const others = shared.filter((to) => !known.has(to));
  return [...wanting, ...others.map((to): Reader => ({ to, language: "en" }))];
}

function wants(wish: AlertMailWish, { severity }: Alert): boolean {
  if (wish === "none") return false;
  return alertSeverities.indexOf(severity) >= alertSeverities.indexOf(wish);
}
