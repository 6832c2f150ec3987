import { createHash } from "node:crypto";
import { Fault } from "@oxbow/contract";
import { isUniqueViolation } from "@oxbow/database";
import { millis } from "@oxbow/media";
import type { Selectable } from "kysely";
import type {
  Broadcast,
  Stream,
  StreamPolicy,
  StreamState,
  StreamStore,
} from "../streams/index.ts";
import type { BroadcastsTable, StreamsTable } from "./schema.ts";
import type { SecretBox } from "./secret-box.ts";
import type { Store, Tx } from "./store.ts";

/** Keeps streams and broadcasts. Stream keys are sealed at rest. */
export function streamStore(store: Store, box: SecretBox): StreamStore {
  return {
    async load() {
      const rows = await store.db
        .selectFrom("streams")
        .selectAll()
        .where("deleted_at", "is", null)
        .orderBy("id")
        .execute();
      const ids = rows.flatMap((row) => row.broadcast_id ?? []);
      const open = await openBroadcasts(store, ids);
      return rows.map((row) => ({
        stream: streamOf(row, box),
        broadcast: open.get(row.broadcast_id ?? "") ?? null,
      }));
    },

    async create(stream, events) {
      await refusingTakenNames(stream, () =>
        store.commit(async (tx) => {
          const row = {
            ...streamRow(stream, null, box),
            id: stream.id,
            created_at: stream.createdAt,
          };
          await tx.insertInto("streams").values(row).execute();
          return { value: undefined, events };
        }),
      );
    },

    async save(stream, broadcast, events) {
      await refusingTakenNames(stream, () =>
        store.commit(async (tx) => {
          const open = broadcast && broadcast.state !== "ended" ? broadcast.id : null;
          await tx
            .updateTable("streams")
            .set(streamRow(stream, open, box))
            .where("id", "=", stream.id)
            .execute();
          if (broadcast) await saveBroadcast(tx, broadcast);
          return { value: undefined, events };
        }),
      );
    },

    async remove(stream, at, events) {
      await store.commit(async (tx) => {
        const change = { deleted_at: at };
        await tx.updateTable("streams").set(change).where("id", "=", stream.id).execute();
        return { value: undefined, events };
      });
    },

    async tell(events) {
      await store.commit(async () => ({ value: undefined, events }));
    },

    async broadcast(id) {
      const row = await store.db
        .selectFrom("broadcasts")
        .selectAll()
        .where("id", "=", id)
        .executeTakeFirst();
      return row && broadcastOf(row);
    },

    async broadcasts(stream, { limit, before }) {
      let query = store.db.selectFrom("broadcasts").selectAll().where("stream_id", "=", stream);
      if (before) {
        query = query.where((row) =>
          row.or([
            row("from_ms", "<", before.from),
            row.and([row("from_ms", "=", before.from), row("id", "<", before.id)]),
          ]),
        );
      }
      const rows = await query
        .orderBy("from_ms", "desc")
        .orderBy("id", "desc")
        .limit(limit)
        .execute();
      return rows.map(broadcastOf);
    },
  };
}

async function openBroadcasts(
  store: Store,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Broadcast>> {
  if (ids.length === 0) return new Map();
  const rows = await store.db.selectFrom("broadcasts").selectAll().where("id", "in", ids).execute();
  return new Map(rows.map((row) => [row.id, broadcastOf(row)]));
}

async function saveBroadcast(tx: Tx, broadcast: Broadcast): Promise<void> {
  const changing = {
    state: broadcast.state,
    from_ms: broadcast.from,
    to_ms: broadcast.to,
    origin_ms: broadcast.origin,
    sessions: JSON.stringify(broadcast.sessions),
    gaps: JSON.stringify(broadcast.gaps),
    end_reason: broadcast.endReason,
  };
  await tx
    .insertInto("broadcasts")
    .values({
      ...changing,
      id: broadcast.id,
      stream_id: broadcast.stream,
      created_at: broadcast.from,
    })
    .onConflict((conflict) => conflict.column("id").doUpdateSet(changing))
    .execute();
}

async function refusingTakenNames(stream: Stream, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    if (!isUniqueViolation(cause)) throw cause;
    const message = `Another stream is called "${stream.name}"`;
    throw new Fault("stream_name_taken", message, { field: "name", cause });
  }
}

function streamRow(stream: Stream, broadcast: string | null, box: SecretBox) {
  const { name, title, key, policy, state, position, savedAt } = stream;
  return {
    name,
    title,
    publish_key: box.seal(key),
    publish_key_hash: createHash("sha256").update(key).digest("hex"),
    policy: JSON.stringify(policy),
    state: JSON.stringify({ state, position, savedAt } satisfies SavedState),
    broadcast_id: broadcast,
  };
}

type SavedState = Pick<Stream, "state" | "position" | "savedAt">;

function streamOf(row: Selectable<StreamsTable>, box: SecretBox): Stream {
  const saved: SavedState = JSON.parse(row.state);
  const state: StreamState = saved.state;
  return {
    id: row.id,
    name: row.name,
    title: row.title,
    key: box.open(row.publish_key),
    policy: policyOf(row.policy),
    state,
    position: saved.position,
    savedAt: saved.savedAt,
    createdAt: millis(row.created_at),
  };
}

/** Policies of earlier versions do not say which qualities are recorded. */
function policyOf(text: string): StreamPolicy {
  const saved: StreamPolicy = JSON.parse(text);
  return { ...saved, recordRenditions: saved.recordRenditions ?? "all" };
}

function broadcastOf(row: Selectable<BroadcastsTable>): Broadcast {
  return {
    id: row.id,
    stream: row.stream_id,
    state: broadcastState(row.state),
    from: millis(row.from_ms),
    to: row.to_ms === null ? null : millis(row.to_ms),
    origin: millis(row.origin_ms),
    sessions: JSON.parse(row.sessions),
    gaps: JSON.parse(row.gaps),
    endReason: endReason(row.end_reason),
  };
}

function broadcastState(text: string): Broadcast["state"] {
  if (text === "live" || text === "interrupted" || text === "ended") return text;
  throw new Error(`The database holds a broadcast in the unknown state "${text}"`);
}

function endReason(text: string | null): Broadcast["endReason"] {
  switch (text) {
    case null:
    case "unpublished":
    case "window_over":
    case "api":
    case "stream_deleted":
    case "restart":
      return text;
    default:
      throw new Error(`The database holds a broadcast that ended for the unknown reason "${text}"`);
  }
}
