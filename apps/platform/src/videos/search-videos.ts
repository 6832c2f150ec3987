import type { AnswerOf, QueryOf } from "@oxbow/site-contract";
import { SiteFault } from "@oxbow/site-contract";
import { sql } from "kysely";
import type { Store } from "../store/index.ts";
import { toVideos } from "./to-video.ts";

/** Results beyond these are not looked for: nobody turns so many pages. */
const DEEPEST = 500;
/** More words make no search better. */
const MOST_WORDS = 12;

/** Words as the index has them: small letters, without accents. */
export function wordsOf(text: string): string[] {
  const folded = text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return (folded.match(/[\p{L}\p{N}]+/gu) ?? []).slice(0, MOST_WORDS);
}

/**
 * Public videos that have all words in their title, description or channel's name, the best first: words
 * of the title count most. The last word may be unfinished.
 */
export async function searchVideos(
  store: Store,
  { q, cursor = "0", limit }: QueryOf<"videos.search">,
): Promise<AnswerOf<"videos.search">> {
  const offset = Number(cursor);
  if (!/^\d{1,3}$/.test(cursor))
    throw new SiteFault("invalid_request", "This cursor is not one of ours", { field: "cursor" });
  const words = wordsOf(q);
  if (words.length === 0 || offset >= DEEPEST) return { items: [], next: null };
  const find = store.dialect === "sqlite" ? findInSqlite : findInPostgres;
  const found = await find(store, words, limit + 1, offset);
  const ids = found.slice(0, limit);
  const rows = ids.length === 0 ? [] : await rowsOf(store, ids);
  return {
    items: await toVideos(store.db, rows),
    next: found.length > limit ? String(offset + limit) : null,
  };
}

async function rowsOf({ db }: Store, ids: readonly string[]) {
  const rows = await db.selectFrom("videos").selectAll().where("id", "in", ids).execute();
  return ids.flatMap((id) => rows.find((row) => row.id === id) ?? []);
}

/** FTS5; a smaller rank is better, and the weights are of title, description and channel. */
async function findInSqlite(store: Store, words: readonly string[], limit: number, offset: number) {
  const query = `${words.map((word) => `"${word}"`).join(" ")}*`;
  const { rows } = await sql<{ video: string }>`
    select video from video_search where video_search match ${query}
    order by bm25(video_search, 0, 10, 1, 5), video limit ${limit} offset ${offset}`.execute(
    store.db,
  );
  return rows.map(({ video }) => video);
}

async function findInPostgres(
  store: Store,
  words: readonly string[],
  limit: number,
  offset: number,
) {
  const query = `${words.map((word) => `'${word}'`).join(" & ")}:*`;
  const { rows } = await sql<{ video: string }>`
    select video from video_search, to_tsquery('simple', ${query}) as wanted
    where words @@ wanted
    order by ts_rank(words, wanted) desc, video limit ${limit} offset ${offset}`.execute(store.db);
  return rows.map(({ video }) => video);
}
