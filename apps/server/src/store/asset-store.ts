import { Fault } from "@oxbow/contract";
import { millis } from "@oxbow/media";
import type { Selectable } from "kysely";
import { z } from "zod";
import type { Asset, AssetFile, AssetStore } from "../assets/index.ts";
import type { ExportPins } from "../exports/index.ts";
import type { AssetsTable } from "./schema.ts";
import type { Store, Tx } from "./store.ts";

type Row = Selectable<AssetsTable> & { readonly stream_name: string | null };

const one = (from: Store["db"] | Tx, id: string) =>
  from
    .selectFrom("assets")
    .leftJoin("streams", "streams.id", "assets.stream_id")
    .selectAll("assets")
    .select("streams.name as stream_name")
    .where("assets.id", "=", id)
    .executeTakeFirst();

/** Assets in the database. */
export function assetStore(store: Store): AssetStore<Tx> {
  const { db } = store;
  return {
    commit: (work) => store.commit(work),
    async insert(tx, asset) {
      await tx.insertInto("assets").values(rowOf(asset)).execute();
    },
    async update(tx, id, { title, metadata, policy, subtitles }) {
      const change = {
        ...(policy === undefined ? {} : { policy }),
        ...(subtitles === undefined ? {} : { subtitles: JSON.stringify(subtitles) }),
        ...(title === undefined ? {} : { title }),
        ...(metadata === undefined ? {} : { metadata: JSON.stringify(metadata) }),
      };
      if (Object.keys(change).length > 0) {
        await tx.updateTable("assets").set(change).where("id", "=", id).execute();
      }
      const row = await one(tx, id);
      return row && assetOf(row);
    },
    async settle(tx, id, outcome) {
      const { state } = outcome;
      const change =
        state === "ready"
          ? {
              state,
              files: JSON.stringify(outcome.files),
              duration_ms: outcome.durationMs,
              bytes: outcome.bytes,
            }
          : { state, error: state === "failed" ? JSON.stringify(outcome.error) : null };
      await tx.updateTable("assets").set(change).where("id", "=", id).execute();
      const row = await one(tx, id);
      return row && assetOf(row);
    },
    async remove(tx, id) {
      const row = await one(tx, id);
      if (row === undefined) return undefined;
      await tx.deleteFrom("assets").where("id", "=", id).execute();
      return assetOf(row);
    },
    async get(id) {
      const row = await one(db, id);
      return row && assetOf(row);
    },
    async list({ limit, cursor, stream, state }) {
      // Ids are ordered by time, so that they are the cursor, too.
      const rows = await db
        .selectFrom("assets")
        .leftJoin("streams", "streams.id", "assets.stream_id")
        .selectAll("assets")
        .select("streams.name as stream_name")
        .$if(stream !== undefined, (query) => query.where("assets.stream_id", "=", stream ?? ""))
        .$if(state !== undefined, (query) => query.where("assets.state", "=", state ?? "ready"))
        .$if(cursor !== undefined, (query) => query.where("assets.id", "<", idOf(cursor)))
        .orderBy("assets.id", "desc")
        .limit(limit + 1)
        .execute();
      const items = rows.slice(0, limit).map(assetOf);
      return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
    },
    async storage() {
      const { count, bytes } = await db
        .selectFrom("assets")
        .select((is) => [
          is.fn.countAll<number>().as("count"),
          is.fn.sum<number | null>("bytes").as("bytes"),
        ])
        .where("state", "=", "ready")
        .executeTakeFirstOrThrow();
      return { count, bytes: bytes ?? 0 };
    },
  };
}

/** The pins that exports hold, in the transactions of their jobs. */
export function exportPins(): ExportPins<Tx> {
  return {
    async pin(tx, { id, stream, from, to, owner, createdAt }) {
      await tx
        .insertInto("pins")
        .values({
          id,
          stream_id: stream,
          from_ms: from,
          to_ms: to,
          reason: "export",
          owner,
          expires_at: null,
          created_at: createdAt,
        })
        .execute();
    },
    async unpin(tx, owner) {
      await tx.deleteFrom("pins").where("owner", "=", owner).execute();
    },
  };
}

function idOf(cursor: string | undefined): string {
  if (cursor === undefined || !cursor.startsWith("ast_")) {
    throw new Fault("invalid_request", `"${cursor}" is no cursor of a list of assets`, {
      field: "cursor",
    });
  }
  return cursor;
}

function rowOf(asset: Asset) {
  return {
    id: asset.id,
    stream_id: asset.stream?.id ?? null,
    broadcast_id: asset.broadcast,
    export_id: asset.export,
    title: asset.title,
    duration_ms: asset.durationMs,
    bytes: asset.bytes,
    files: JSON.stringify(asset.files),
    metadata: JSON.stringify(asset.metadata),
    created_at: asset.createdAt,
    state: asset.state,
    error: asset.error === null ? null : JSON.stringify(asset.error),
    policy: asset.policy,
    subtitles: JSON.stringify(asset.subtitles),
  };
}

const files = z.array(
  z.object({
    rendition: z.string(),
    path: z.string(),
    bytes: z.number(),
    sha256: z.string().nullable(),
    tracks: z.array(
      z.custom<AssetFile["tracks"][number]>((value) => typeof value === "object" && value !== null),
    ),
  }),
);
const metadata = z.record(z.string(), z.unknown());
const error = z.custom<NonNullable<Asset["error"]>>(
  (value) => typeof value === "object" && value !== null && "problems" in value,
);
const subtitles = z.array(
  z.object({
    id: z.string(),
    language: z.string(),
    label: z.string(),
    kind: z.enum(["subtitles", "captions"]),
    default: z.boolean(),
    forced: z.boolean(),
    path: z.string(),
    bytes: z.number(),
  }),
);

function assetOf(row: Row): Asset {
  const { stream_id: stream, stream_name: name } = row;
  return {
    id: row.id,
    stream: stream === null ? null : { id: stream, name: name ?? stream },
    broadcast: row.broadcast_id,
    export: row.export_id,
    title: row.title,
    durationMs: millis(row.duration_ms),
    bytes: row.bytes,
    files: files.parse(JSON.parse(row.files)),
    metadata: metadata.parse(JSON.parse(row.metadata)),
    createdAt: millis(row.created_at),
    state: row.state,
    error: row.error === null ? null : error.parse(JSON.parse(row.error)),
    policy: row.policy,
    subtitles: subtitles.parse(JSON.parse(row.subtitles)),
  };
}
