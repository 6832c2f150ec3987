import { millis } from "@oxbow/media";
import type { Selectable } from "kysely";
import type { Upload, UploadStore } from "../assets/index.ts";
import type { UploadsTable } from "./schema.ts";
import type { Store, Tx } from "./store.ts";

/** Uploads in the database. */
export function uploadStore({ db }: Pick<Store, "db">): UploadStore<Tx> {
  return {
    async insert(tx, upload, tokenHash) {
      await tx
        .insertInto("uploads")
        .values({
          id: upload.id,
          asset_id: upload.asset,
          rendition: upload.rendition,
          name: upload.name,
          bytes: upload.bytes,
          token_hash: tokenHash,
          sha256: upload.sha256,
          expires_at: upload.expiresAt,
          created_at: upload.createdAt,
        })
        .execute();
    },
    async byToken(tokenHash) {
      const found = db.selectFrom("uploads").selectAll().where("token_hash", "=", tokenHash);
      const row = await found.executeTakeFirst();
      return row && uploadOf(row);
    },
    async ofAsset(asset) {
      const found = db.selectFrom("uploads").selectAll().where("asset_id", "=", asset);
      return (await found.orderBy("id").execute()).map(uploadOf);
    },
    async finish(tx, id, sha256) {
      await tx.updateTable("uploads").set({ sha256 }).where("id", "=", id).execute();
    },
    async removeOf(tx, asset) {
      await tx.deleteFrom("uploads").where("asset_id", "=", asset).execute();
    },
    async unfinished(limit) {
      const found = db.selectFrom("uploads").selectAll().where("sha256", "is", null);
      return (await found.orderBy("expires_at").limit(limit).execute()).map(uploadOf);
    },
    async pending() {
      const { count, bytes } = await db
        .selectFrom("uploads")
        .select(({ fn }) => [fn.countAll().as("count"), fn.sum("bytes").as("bytes")])
        .where("sha256", "is", null)
        .executeTakeFirstOrThrow();
      return { count: Number(count), bytes: Number(bytes ?? 0) };
    },
  };
}

function uploadOf(row: Selectable<UploadsTable>): Upload {
  return {
    id: row.id,
    asset: row.asset_id,
    rendition: row.rendition,
    name: row.name,
    bytes: row.bytes,
    sha256: row.sha256,
    expiresAt: millis(row.expires_at),
    createdAt: millis(row.created_at),
  };
}
