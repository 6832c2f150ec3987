import { type Kysely, sql } from "kysely";
import type { Schema } from "../schema.ts";

/** Assets that are sent by their owners, what stands around them, and the files on their way. */
export async function uploads(db: Kysely<Schema>): Promise<void> {
  await sql`alter table assets add column state text not null default 'ready'`.execute(db);
  await sql`alter table assets add column error text`.execute(db);
  await sql`alter table assets add column policy text not null default 'public'`.execute(db);
  await sql`alter table assets add column subtitles text not null default '[]'`.execute(db);
  await sql`create index assets_unready on assets (state, id) where state <> 'ready'`.execute(db);
  await sql`
    create table uploads (
      id text not null primary key,
      asset_id text not null,
      rendition text not null,
      name text not null,
      bytes int8 not null,
      token_hash text not null,
      sha256 text,
      expires_at int8 not null,
      created_at int8 not null
    )`.execute(db);
  await sql`create unique index uploads_token on uploads (token_hash)`.execute(db);
  await sql`create index uploads_asset on uploads (asset_id, id)`.execute(db);
}
