import type { Kysely, Selectable } from "kysely";
import { z } from "zod";
import type { Schema } from "../store/index.ts";
import type { Life } from "./life.ts";

export type VideoRow = Selectable<Schema["videos"]>;

/** A reader of the database: the store's, or a transaction. */
export type Db = Kysely<Schema>;

/** The video with an id, also one that was deleted (`deleted_at`). */
export function videoOf(db: Db, id: string): Promise<VideoRow | undefined> {
  return db.selectFrom("videos").selectAll().where("id", "=", id).executeTakeFirst();
}

/** The video that a broadcast of the media server is shown by; not its clips. */
export function videoOfBroadcast(db: Db, broadcast: string): Promise<VideoRow | undefined> {
  return db
    .selectFrom("videos")
    .selectAll()
    .where("broadcast", "=", broadcast)
    .where("kind", "=", "broadcast")
    .executeTakeFirst();
}

/** Whether anything is on air, so that events of the media server are to be expected. */
export async function isSomethingOnAir(db: Db): Promise<boolean> {
  const found = await db
    .selectFrom("videos")
    .select("id")
    .where("state", "in", ["live", "interrupted"])
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}

const Stretch = z.object({ from: z.number(), to: z.number() });
const Cut = Stretch.extend({
  gaps: z.array(Stretch.extend({ at: z.number(), filled: z.boolean() })),
});
const Fallback = z.object({ code: z.string(), message: z.string(), at: z.number() });

/** Where a video is in its life, out of its columns. */
export function lifeOf(row: VideoRow): Life {
  return {
    state: row.state,
    source: row.source,
    broadcast: row.broadcast,
    from: row.from_at,
    to: row.to_at,
    kept: row.kept_from === null ? null : { from: row.kept_from, to: row.kept_to },
    file:
      row.asset === null
        ? null
        : {
            asset: row.asset,
            bytes: row.asset_bytes,
            duration: row.asset_duration,
            cut: row.asset_cut === null ? null : Cut.parse(JSON.parse(row.asset_cut)),
          },
    fallback: row.fallback === null ? null : Fallback.parse(JSON.parse(row.fallback)),
    publishedAt: row.published_at,
  };
}

/** A life as columns. */
export function columnsOf(life: Life) {
  const { file, fallback, kept } = life;
  return {
    state: life.state,
    source: life.source,
    broadcast: life.broadcast,
    from_at: life.from,
    to_at: life.to,
    kept_from: kept?.from ?? null,
    kept_to: kept?.to ?? null,
    asset: file?.asset ?? null,
    asset_bytes: file?.bytes ?? null,
    asset_duration: file?.duration ?? null,
    asset_cut: file?.cut ? JSON.stringify(file.cut) : null,
    fallback: fallback === null ? null : JSON.stringify(fallback),
    published_at: life.publishedAt,
  };
}
