import { type ChatMessage, SiteFault } from "@oxbow/site-contract";
import { type Selectable, sql } from "kysely";
import type { Schema } from "../store/index.ts";
import type { Db } from "./room.ts";

export type MessageRow = Selectable<Schema["chat_messages"]>;

type Page = { readonly items: ChatMessage[]; readonly next: string | null };

export function toMessage(row: MessageRow): ChatMessage {
  return {
    id: row.id,
    video: row.video,
    author: { id: row.author, name: row.author_name, badge: row.badge },
    text: row.text,
    at: new Date(row.at).toISOString(),
    mediaAt: row.media_at,
    client: row.client,
  };
}

const shown = (db: Db, video: string) =>
  db
    .selectFrom("chat_messages")
    .selectAll()
    .where("video", "=", video)
    .where("deleted_at", "is", null);

/** Messages of a room before a message, the newest ones; oldest first. */
export async function history(
  db: Db,
  video: string,
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page> {
  const before = cursor === undefined ? undefined : await cursorRow(db, video, cursor);
  let query = shown(db, video);
  if (before !== undefined) {
    query = query.where(sql<boolean>`(at, id) < (${before.at}, ${before.id})`);
  }
  const rows = await query
    .orderBy("at", "desc")
    .orderBy("id", "desc")
    .limit(limit + 1)
    .execute();
  return page(rows, limit, true);
}

/** Messages by what their authors saw, `from` to `to`, forward or back from a message. */
export async function replay(
  db: Db,
  video: string,
  asked: {
    readonly from: number;
    readonly to: number;
    readonly back: "0" | "1";
    readonly cursor?: string | undefined;
    readonly limit: number;
  },
): Promise<Page> {
  const { from, to, cursor, limit } = asked;
  const isBack = asked.back === "1";
  const last = cursor === undefined ? undefined : await cursorRow(db, video, cursor);
  let query = shown(db, video).where("media_at", ">=", from).where("media_at", "<", to);
  if (last !== undefined) {
    query = isBack
      ? query.where(sql<boolean>`(media_at, id) < (${last.media_at}, ${last.id})`)
      : query.where(sql<boolean>`(media_at, id) > (${last.media_at}, ${last.id})`);
  }
  const direction = isBack ? "desc" : "asc";
  const rows = await query
    .orderBy("media_at", direction)
    .orderBy("id", direction)
    .limit(limit + 1)
    .execute();
  return page(rows, limit, isBack);
}

function page(rows: MessageRow[], limit: number, isBack: boolean): Page {
  const kept = rows.slice(0, limit);
  const items = kept.map(toMessage);
  const next = rows.length > limit ? (kept.at(-1)?.id ?? null) : null;
  return { items: isBack ? items.toReversed() : items, next };
}

/** The message that a page goes on from: its id, also of one that has been deleted since. */
async function cursorRow(db: Db, video: string, cursor: string): Promise<MessageRow> {
  const row = await db
    .selectFrom("chat_messages")
    .selectAll()
    .where("id", "=", cursor)
    .where("video", "=", video)
    .executeTakeFirst();
  if (row === undefined) {
    throw new SiteFault("invalid_request", "There is no such cursor", { field: "cursor" });
  }
  return row;
}
