import { millis } from "@oxbow/media";
import type { Insertable, Selectable } from "kysely";
import type { GapReason, GapRow } from "../archive/index.ts";
import type { ArchiveGapsTable } from "./schema.ts";

const REASONS: Readonly<Record<GapReason, true>> = {
  reconnect: true,
  restart: true,
  config: true,
  timestamps: true,
  disk_full: true,
  disk_failed: true,
  disk_slow: true,
  evicted: true,
  offline: true,
  not_sealed: true,
  not_transcoded: true,
};

function isReason(text: string): text is GapReason {
  return Object.hasOwn(REASONS, text);
}

/** A row as the archive knows it. Throws where this version can't have written it. */
export function gapOf(row: Selectable<ArchiveGapsTable>): GapRow {
  if (!isReason(row.reason)) {
    throw new Error(`Gap "${row.id}" has a reason that is unknown: "${row.reason}"`);
  }
  return {
    id: row.id,
    stream: row.stream_id,
    broadcast: row.broadcast_id,
    from: millis(row.from_ms),
    to: millis(row.to_ms),
    reason: row.reason,
  };
}

export function gapColumns(gap: GapRow): Insertable<ArchiveGapsTable> {
  return {
    id: gap.id,
    stream_id: gap.stream,
    broadcast_id: gap.broadcast,
    from_ms: gap.from,
    to_ms: gap.to,
    reason: gap.reason,
  };
}
