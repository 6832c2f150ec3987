import type { AlertKind, AlertMailWish, AlertSeverity } from "@oxbow/site-contract";

export interface AlertTables {
  alerts: {
    id: string;
    kind: AlertKind;
    key: string;
    /** Kind and key while it is open, null after: one open alert of each. */
    open_key: string | null;
    severity: AlertSeverity;
    /** JSON. */
    about: string;
    /** JSON. */
    data: string;
    count: number;
    first_at: number;
    last_at: number;
    resolved_at: number | null;
    /** Name of the person who resolved it. */
    resolved_by: string | null;
  };
  /** When a kind and key was last told by e-mail; it outlives the alert, which may open anew at once. */
  alert_mails: {
    open_key: string;
    at: number;
  };
  /** What one operator has seen and wishes. */
  alert_readers: {
    person: string;
    seen_at: number;
    mail_from: AlertMailWish;
  };
  /** What goes to the alert webhook. */
  alert_deliveries: {
    id: string;
    /** Null for a test. */
    alert: string | null;
    /** The message, JSON, as it is signed. */
    body: string;
    state: "pending" | "delivered" | "dead";
    attempts: number;
    /** JSON: the last attempts, oldest first. */
    log: string;
    next_at: number | null;
    created_at: number;
  };
}
