import { sql } from "kysely";
import type { Migration } from "./migration.ts";

/** Whether a video stands in the index: everybody may find it, and there is, or will be, something to see. */
const isListed = (row: string): string =>
  `${row}.visibility = 'public' and ${row}.deleted_at is null
   and (${row}.state <> 'planned' or ${row}.scheduled_at is not null)`;

/**
 * The index of what can be searched: a row for each public video with its title, its description and
 * what its channel is called. Triggers keep it, so that no change can forget it.
 */
export const videoSearch: Migration = async (db, dialect) => {
  const statements = dialect === "sqlite" ? sqlite : postgres;
  for (const statement of statements) await sql.raw(statement).execute(db);
};

const sqliteRow = `insert into video_search (video, title, description, channel)
  select new.id, new.title, new.description,
    (select name || ' ' || handle from channels where id = new.channel)
  where ${isListed("new")};`;

const sqlite = [
  `create virtual table video_search using fts5 (
    video unindexed, title, description, channel, prefix = '2 3',
    tokenize = 'unicode61 remove_diacritics 2')`,
  `create trigger video_search_insert after insert on videos begin ${sqliteRow} end`,
  `create trigger video_search_update
    after update of title, description, visibility, deleted_at, state, scheduled_at on videos
    when old.title <> new.title or old.description <> new.description
      or (${isListed("old")}) <> (${isListed("new")})
    begin delete from video_search where video = old.id; ${sqliteRow} end`,
  `create trigger video_search_channel after update of name, handle on channels
    when old.name <> new.name or old.handle <> new.handle
    begin update video_search set channel = new.name || ' ' || new.handle
      where video in (select id from videos where channel = new.id); end`,
];

/**
 * PostgreSQL has no folding of accents of its own: letters are taken apart, and the marks taken away.
 * Punctuation goes too, as its parser would take `a.b` for the name of a host, and not find `a`.
 */
const fold = `create function video_search_fold(words text) returns text immutable strict
  language sql as
  $$ select lower(regexp_replace(
    regexp_replace(normalize(words, NFD), '[\\u0300-\\u036f]', '', 'g'),
    '[!-/:-@\\[-\`{-~]+', ' ', 'g')) $$`;

const row = `
  insert into video_search (video, words)
  select v.id,
    setweight(to_tsvector('simple', video_search_fold(v.title)), 'A') ||
    setweight(to_tsvector('simple', video_search_fold(v.description)), 'D') ||
    setweight(to_tsvector('simple', video_search_fold(c.name || ' ' || c.handle)), 'B')
  from videos v join channels c on c.id = v.channel`;

const postgres = [
  "create table video_search (video text primary key, words tsvector not null)",
  "create index video_search_words on video_search using gin (words)",
  fold,
  `create function video_search_follow() returns trigger language plpgsql as $$ begin
    delete from video_search where video = new.id;
    ${row} where v.id = new.id and ${isListed("v")};
    return null; end $$`,
  `create function video_search_follow_channel() returns trigger language plpgsql as $$ begin
    delete from video_search where video in (select id from videos where channel = new.id);
    ${row} where v.channel = new.id and ${isListed("v")};
    return null; end $$`,
  `create trigger video_search_insert after insert on videos
    for each row execute function video_search_follow()`,
  `create trigger video_search_update after update on videos for each row
    when ((old.title, old.description, ${isListed("old")})
      is distinct from (new.title, new.description, ${isListed("new")}))
    execute function video_search_follow()`,
  `create trigger video_search_channel after update on channels for each row
    when ((old.name, old.handle) is distinct from (new.name, new.handle))
    execute function video_search_follow_channel()`,
];
