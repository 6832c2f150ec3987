import {
  type AlertAbout,
  type AlertData,
  type AlertKind,
  type AlertSeverity,
  alertSeverities,
} from "@oxbow/site-contract";
import type { Tx } from "../store/index.ts";
import { tellUpdate } from "../updates/index.ts";
import type { World } from "../world.ts";
import { scheduleAlertMail } from "./alert-mail.ts";
import { type AlertRow, toAlert } from "./alert-row.ts";
import { queueAlertMessage } from "./alert-webhook.ts";

/** What an alert is: `kind` has its text, `key` makes two of a kind the same. */
export type AlertWish<Kind extends AlertKind> = {
  readonly kind: Kind;
  /** For example the id of the video. */
  readonly key: string;
  readonly severity: AlertSeverity;
  readonly about?: AlertAbout;
  readonly data: AlertData<Kind>;
};

/** An alert without its particulars. */
export type AlertName = { readonly kind: AlertKind; readonly key: string };

/**
 * Calls for an operator: in the app, by e-mail and by webhook. While the alert is open, another of its
 * kind and key counts up and tells what is so now; after it was resolved it opens anew.
 */
export async function raiseAlert<Kind extends AlertKind>(
  tx: Tx,
  world: World,
  wish: AlertWish<Kind>,
): Promise<void> {
  const { kind, key, severity, about = {}, data } = wish;
  const now = world.now();
  const before = await openAlert(tx, wish);
  const told = { severity, about: JSON.stringify(about), data: JSON.stringify(data), last_at: now };
  const row = await tx
    .insertInto("alerts")
    .values({
      ...told,
      id: world.id("alr"),
      kind,
      key,
      open_key: openKey(wish),
      count: 1,
      first_at: now,
      resolved_at: null,
      resolved_by: null,
    })
    .onConflict((conflict) =>
      conflict
        .column("open_key")
        .doUpdateSet((eb) => ({ ...told, count: eb("alerts.count", "+", 1) })),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
  await tellAlert(tx, world, row);
  await scheduleAlertMail(tx, world, openKey(wish));
  if (before === undefined) await forgetOld(tx, now);
  const isWorse = before === undefined || rank(severity) > rank(before.severity);
  if (isWorse) await queueAlertMessage(tx, world, "alert.raised", toAlert(row));
}

/** A state that lasts: raised once, however often it is seen, and once more where it gets worse or better. */
export async function keepAlert<Kind extends AlertKind>(
  tx: Tx,
  world: World,
  wish: AlertWish<Kind>,
): Promise<void> {
  const open = await openAlert(tx, wish);
  if (open?.severity !== wish.severity) await raiseAlert(tx, world, wish);
}

/** The reason is gone. Nothing happens where no such alert is open. `by`: who said so, where it was a person. */
export async function resolveAlert(
  tx: Tx,
  world: World,
  name: AlertName,
  by: string | null = null,
): Promise<void> {
  const row = await tx
    .updateTable("alerts")
    .set({ open_key: null, resolved_at: world.now(), resolved_by: by })
    .where("open_key", "=", openKey(name))
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return;
  await tellAlert(tx, world, row);
  await queueAlertMessage(tx, world, "alert.resolved", toAlert(row));
}

/** All open ones of a kind that `isOver` by their key, as when a whole broadcast is. */
export async function resolveAlerts(
  tx: Tx,
  world: World,
  kind: AlertKind,
  isOver: (key: string) => boolean,
): Promise<void> {
  const rows = await tx
    .selectFrom("alerts")
    .select(["kind", "key"])
    .where("open_key", "is not", null)
    .where("kind", "=", kind)
    .execute();
  for (const row of rows) {
    if (isOver(row.key)) await resolveAlert(tx, world, row);
  }
}

const DAY_MS = 24 * 3_600_000;

/** What is over is kept for ninety days, what was sent for thirty. */
async function forgetOld(tx: Tx, now: number): Promise<void> {
  await tx
    .deleteFrom("alerts")
    .where("open_key", "is", null)
    .where("last_at", "<", now - 90 * DAY_MS)
    .execute();
  await tx
    .deleteFrom("alert_deliveries")
    .where("created_at", "<", now - 30 * DAY_MS)
    .execute();
  await tx
    .deleteFrom("alert_mails")
    .where("at", "<", now - DAY_MS)
    .execute();
}

const rank = (severity: AlertSeverity): number => alertSeverities.indexOf(severity);

const openKey = ({ kind, key }: AlertName): string => `${kind}:${key}`;

function openAlert(tx: Tx, name: AlertName): Promise<AlertRow | undefined> {
  return tx
    .selectFrom("alerts")
    .selectAll()
    .where("open_key", "=", openKey(name))
    .executeTakeFirst();
}

function tellAlert(tx: Tx, world: World, row: AlertRow): Promise<void> {
  return tellUpdate(tx, world, { topic: "operator", type: "alert.changed", data: toAlert(row) });
}
