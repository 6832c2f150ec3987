import { sql } from "kysely";
import type { Migration } from "./migration.ts";

/** Rooms of videos, and who moderates them. */
export const chat: Migration = async (db, dialect) => {
  const big = dialect === "sqlite" ? "integer" : "int8";
  const statements = [
    `create table chat_messages (
      id text primary key, video text not null references videos (id) on delete cascade,
      channel text not null, author text not null, author_name text not null, badge text,
      text text not null, at ${big} not null, media_at ${big} not null, client text not null,
      deleted_at ${big}, deleted_by text)`,
    "create unique index chat_messages_client on chat_messages (author, video, client)",
    "create index chat_messages_room on chat_messages (video, at, id)",
    "create index chat_messages_media on chat_messages (video, media_at, id)",
    "create index chat_messages_author on chat_messages (author, channel, at)",
    `create table chat_bans (
      channel text not null, person text not null, until ${big}, reason text not null,
      by text not null, at ${big} not null, primary key (channel, person))`,
    `create table chat_moderators (
      channel text not null, person text not null, at ${big} not null,
      primary key (channel, person))`,
    `create table chat_settings (
      channel text primary key, "on" integer not null default 1,
      slow_seconds integer not null default 0, words text not null default '[]')`,
    `create table chat_reports (
      message text not null references chat_messages (id) on delete cascade,
      reporter text not null, channel text not null, reason text not null, note text not null,
      at ${big} not null, resolved_at ${big}, primary key (message, reporter))`,
    "create index chat_reports_open on chat_reports (channel, message) where resolved_at is null",
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
};
