import type { Millis } from "@oxbow/media";
import type { Eviction, GapRow, StretchRow } from "../archive/index.ts";
import { gapColumns, gapOf } from "./archive-gap-row.ts";
import type { Store, Tx } from "./store.ts";

type EvictionRequest = {
  readonly stream: string;
  readonly candidates: readonly StretchRow[];
  readonly now: Millis;
  readonly describe: (evicted: readonly StretchRow[], gaps: readonly GapRow[]) => Eviction;
};

/** Meta rows under this prefix name files that are to be unlinked. */
export const DOOMED = "unlink/";

/** See `ArchiveStore.evict`. */
export function evict(store: Store, request: EvictionRequest): Promise<readonly StretchRow[]> {
  return store.commit(async (tx) => {
    const evicted = await unpinned(tx, request);
    const { addGaps, removeGaps, events } = request.describe(
      evicted,
      await touchingGaps(tx, request.stream, evicted),
    );
    if (evicted.length === 0) return { value: evicted, events };
    const ids = evicted.map(({ id }) => id);
    await tx.deleteFrom("stretches").where("id", "in", ids).execute();
    const doomed = evicted.map(({ id, path }) => ({ key: DOOMED + id, value: path }));
    await tx
      .insertInto("meta")
      .values(doomed)
      .onConflict((on) => on.column("key").doNothing())
      .execute();
    if (removeGaps.length > 0) {
      await tx.deleteFrom("archive_gaps").where("id", "in", removeGaps).execute();
    }
    if (addGaps.length > 0) {
      await tx.insertInto("archive_gaps").values(addGaps.map(gapColumns)).execute();
    }
    return { value: evicted, events };
  });
}

async function unpinned(
  tx: Tx,
  { stream, candidates, now }: EvictionRequest,
): Promise<StretchRow[]> {
  const bounds = around(candidates);
  if (bounds === undefined) return [];
  const pins = await tx
    .selectFrom("pins")
    .select(["from_ms", "to_ms"])
    .where("stream_id", "=", stream)
    .where("from_ms", "<", bounds.to)
    .where("to_ms", ">", bounds.from)
    .where((is) => is.or([is("expires_at", "is", null), is("expires_at", ">", now)]))
    .execute();
  const ids = candidates.map(({ id }) => id);
  const rows = await tx
    .selectFrom("stretches")
    .select("id")
    .where("id", "in", ids)
    .where("open", "=", 0)
    .execute();
  const present = new Set(rows.map(({ id }) => id));
  return candidates.filter(
    ({ id, from, to }) =>
      present.has(id) && !pins.some((pin) => pin.from_ms < to && pin.to_ms > from),
  );
}

async function touchingGaps(
  tx: Tx,
  stream: string,
  evicted: readonly StretchRow[],
): Promise<GapRow[]> {
  const bounds = around(evicted);
  if (bounds === undefined) return [];
  const rows = await tx
    .selectFrom("archive_gaps")
    .selectAll()
    .where("stream_id", "=", stream)
    .where("from_ms", "<=", bounds.to + 1000)
    .where("to_ms", ">=", bounds.from - 1000)
    .orderBy("from_ms")
    .execute();
  return rows.map(gapOf);
}

function around(rows: readonly StretchRow[]): { from: number; to: number } | undefined {
  if (rows.length === 0) return undefined;
  return {
    from: rows.reduce((least, row) => Math.min(least, row.from), Infinity),
    to: rows.reduce((most, row) => Math.max(most, row.to), -Infinity),
  };
}
