import { sql } from "kysely";
import type { Migration } from "./migration.ts";

/** Videos, the moments that people named in them, and who may watch the private ones. */
export const videos: Migration = async (db, dialect) => {
  const big = dialect === "sqlite" ? "integer" : "int8";
  const statements = [
    `create table videos (
      id text primary key, kind text not null, channel text not null, broadcast text,
      title text not null, description text not null, visibility text not null,
      chat integer not null, record integer not null, latency text not null, scheduled_at ${big},
      state text not null, source text not null, from_at ${big}, to_at ${big},
      kept_from ${big}, kept_to ${big}, gap_ms ${big} not null default 0,
      sequence ${big} not null default 0, asset text, asset_bytes ${big}, asset_duration ${big},
      asset_cut text, fallback text, created_at ${big} not null, published_at ${big},
      deleted_at ${big})`,
    "create unique index videos_broadcast on videos (broadcast) where kind = 'broadcast'",
    "create index videos_channel on videos (channel, created_at)",
    "create index videos_asset on videos (asset)",
    "create index videos_published on videos (published_at) where deleted_at is null",
    "create index videos_on_air on videos (state) where state <> 'ended'",
    `create table video_markers (
      id text primary key, video text not null references videos (id), at ${big} not null,
      label text not null)`,
    "create index video_markers_video on video_markers (video, at)",
    `create table video_people (
      video text not null references videos (id), person text not null,
      primary key (video, person))`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
};
