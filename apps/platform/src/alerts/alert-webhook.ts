import { Alert, AlertAttempt, type AlertDelivery, type AlertMessage } from "@oxbow/site-contract";
import type { Selectable } from "kysely";
import { z } from "zod";
import type { Schema, Store, Tx } from "../store/index.ts";
import { scheduleTask } from "../tasks/index.ts";
import type { World } from "../world.ts";
import { alertText } from "./alert-text.ts";
import { deliveryStep } from "./delivery-step.ts";
import { postMessage } from "./post-message.ts";
import { webhookSecrets } from "./webhook-secret.ts";

export const ALERT_WEBHOOK = "alerts.webhook";

/** Attempts that are kept. */
const LOG = 10;

const attempts = z.array(AlertAttempt);
const payloadSchema = z.object({ delivery: z.string() });
const queued = z.object({
  type: z.enum(["alert.raised", "alert.resolved"]),
  timestamp: z.string(),
  data: Alert,
});

/** Notes a message to the alert webhook. Where none is set when its time comes, it is dropped. */
export async function queueAlertMessage(
  tx: Tx,
  world: World,
  type: "alert.raised" | "alert.resolved",
  alert: Alert,
): Promise<void> {
  // What tells that the webhook is dead is not told to it.
  if (alert.kind === "webhook_dead") return;
  const id = world.id("ald");
  const now = world.now();
  const body = { type, timestamp: new Date(now).toISOString(), data: alert };
  await tx
    .insertInto("alert_deliveries")
    .values({
      id,
      alert: alert.id,
      body: JSON.stringify(body),
      state: "pending",
      attempts: 0,
      log: "[]",
      next_at: now,
      created_at: now,
    })
    .execute();
  await scheduleDelivery(tx, world, id, now);
}

type WebhookOptions = {
  readonly store: Store;
  readonly world: World;
  /** Undefined where none is set. */
  readonly url: string | undefined;
  /** What browsers call the site. */
  readonly site: string;
  /** Told when a delivery came through, or was given up after a day. */
  readonly settled: (tx: Tx, state: "delivered" | "dead", attempt: AlertAttempt) => Promise<void>;
};

/** Makes one attempt to deliver a message, and notes what became of it and when the next one is. */
export async function attemptDelivery(options: WebhookOptions, payload: unknown): Promise<void> {
  const { store, world, url, site, settled } = options;
  const { delivery: id } = payloadSchema.parse(payload);
  const row = await store.db
    .selectFrom("alert_deliveries")
    .selectAll()
    .where("id", "=", id)
    .executeTakeFirst();
  if (row === undefined || row.state !== "pending") return;
  if (url === undefined) {
    await store.commit((tx) => tx.deleteFrom("alert_deliveries").where("id", "=", id).execute());
    return;
  }
  const secrets = await store.commit((tx) => webhookSecrets(tx, world.now()));
  const body = JSON.stringify(message(queued.parse(JSON.parse(row.body)), site));
  const attempt = await postMessage(url, { id, body, secrets }, world);
  const next = deliveryStep(attempt, row.attempts + 1, row.created_at, world);
  await store.commit(async (tx) => {
    const log = [...attempts.parse(JSON.parse(row.log)), attempt].slice(-LOG);
    await tx
      .updateTable("alert_deliveries")
      .set({
        state: next.state,
        attempts: row.attempts + 1,
        log: JSON.stringify(log),
        next_at: next.at,
      })
      .where("id", "=", id)
      .execute();
    if (next.state === "pending") await scheduleDelivery(tx, world, id, next.at);
    else await settled(tx, next.state, attempt);
  });
}

/** Posts a signed test at once, and tells what came back. */
export async function testWebhook(
  { store, world, site }: Pick<WebhookOptions, "store" | "world" | "site">,
  url: string,
): Promise<AlertAttempt> {
  const secrets = await store.commit((tx) => webhookSecrets(tx, world.now()));
  const timestamp = new Date(world.now()).toISOString();
  const text = "A test of the alert webhook";
  const test: AlertMessage = { type: "alert.test", timestamp, data: null, text, url: pageOf(site) };
  return postMessage(url, { id: world.id("ald"), body: JSON.stringify(test), secrets }, world);
}

/** The last messages, the newest first. */
export async function lastDeliveries(
  { db }: Store,
  limit: number,
): Promise<readonly AlertDelivery[]> {
  const rows = await db
    .selectFrom("alert_deliveries")
    .selectAll()
    .orderBy("created_at", "desc")
    .limit(limit)
    .execute();
  return rows.map(toDelivery);
}

function toDelivery(row: Selectable<Schema["alert_deliveries"]>): AlertDelivery {
  const { type, data } = queued.parse(JSON.parse(row.body));
  return {
    id: row.id,
    type,
    kind: data.kind,
    state: row.state,
    attempts: row.attempts,
    log: attempts.parse(JSON.parse(row.log)),
    nextAt: row.next_at === null ? null : new Date(row.next_at).toISOString(),
    createdAt: new Date(row.created_at).toISOString(),
  };
}

function message(of: z.infer<typeof queued>, site: string): AlertMessage {
  const { title, advice } = alertText(of.data, "en");
  return { ...of, text: `${title}\n${advice}`, url: pageOf(site) };
}

const pageOf = (site: string): string => new URL("/operator", site).href;

function scheduleDelivery(tx: Tx, world: World, id: string, at: number): Promise<void> {
  return scheduleTask(tx, world, { kind: ALERT_WEBHOOK, key: id, payload: { delivery: id }, at });
}
