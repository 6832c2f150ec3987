import { z } from "zod";
import { AlertAbout, type AlertKind, alertKinds, alertSeverities } from "./alert-kinds.ts";

const time = z.iso.datetime();

const told = {
  id: z.string(),
  /** What makes two of a kind the same: a second one counts up. */
  key: z.string(),
  severity: z.enum(alertSeverities),
  state: z.enum(["open", "resolved"]),
  about: AlertAbout,
  /** How often it was raised since it opened. */
  count: z.int().min(1),
  firstAt: time,
  lastAt: time,
  resolvedAt: time.nullable(),
  /** Who resolved it by hand; null: it is open, or went away by itself. */
  resolvedBy: z.string().nullable(),
};

const alertOf = <Kind extends AlertKind>(kind: Kind) =>
  z.object({ ...told, kind: z.literal(kind), data: alertKinds[kind] });

/** Something that needs an operator. Its text is made of kind and data, in the reader's language. */
export const Alert = z.discriminatedUnion("kind", [
  alertOf("export_failed"),
  alertOf("export_stalled"),
  alertOf("sink_disabled"),
  alertOf("archive_pressure"),
  alertOf("archive_gap"),
  alertOf("media_lost"),
  alertOf("transcoder_degraded"),
  alertOf("media_server_away"),
  alertOf("event_poisoned"),
  alertOf("task_failed"),
  alertOf("chat_reported"),
  alertOf("webhook_dead"),
  alertOf("clocks_apart"),
  alertOf("certificate_expiring"),
]);

export type Alert = z.infer<typeof Alert>;

/** Which alerts come by e-mail to an operator: from this severity on. */
export const alertMailWishes = ["none", "info", "warning", "critical"] as const;
export type AlertMailWish = (typeof alertMailWishes)[number];

/** What is posted to the alert webhook, signed by Standard Webhooks. */
export const AlertMessage = z.object({
  type: z.enum(["alert.raised", "alert.resolved", "alert.test"]),
  timestamp: time,
  /** Null for a test. */
  data: Alert.nullable(),
  /** The alert in the site's own language, for programs that show it to people. */
  text: z.string(),
  /** The operator's page. */
  url: z.url(),
});

export type AlertMessage = z.infer<typeof AlertMessage>;

/** One try to reach the alert webhook. */
export const AlertAttempt = z.object({
  at: time,
  /** Null where no answer came; then `error` says why. */
  status: z.int().nullable(),
  milliseconds: z.number().min(0),
  /** The first bytes of what came back. */
  answer: z.string().nullable(),
  error: z.string().nullable(),
});

export type AlertAttempt = z.infer<typeof AlertAttempt>;

/** A message to the alert webhook, and its attempts. */
export const AlertDelivery = z.object({
  id: z.string(),
  type: z.enum(["alert.raised", "alert.resolved"]),
  kind: z.string(),
  state: z.enum(["pending", "delivered", "dead"]),
  attempts: z.int().min(0),
  /** The last of them, the oldest first. */
  log: z.array(AlertAttempt),
  nextAt: time.nullable(),
  createdAt: time,
});

export type AlertDelivery = z.infer<typeof AlertDelivery>;
