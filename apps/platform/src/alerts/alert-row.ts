import { Alert } from "@oxbow/site-contract";
import type { Selectable } from "kysely";
import type { Schema } from "../store/index.ts";

export type AlertRow = Selectable<Schema["alerts"]>;

const told = (at: number): string => new Date(at).toISOString();

/** A row as the API tells it. */
export function toAlert(row: AlertRow): Alert {
  return Alert.parse({
    id: row.id,
    kind: row.kind,
    key: row.key,
    severity: row.severity,
    state: row.open_key === null ? "resolved" : "open",
    about: JSON.parse(row.about),
    data: JSON.parse(row.data),
    count: row.count,
    firstAt: told(row.first_at),
    lastAt: told(row.last_at),
    resolvedAt: row.resolved_at === null ? null : told(row.resolved_at),
    resolvedBy: row.resolved_by,
  });
}
