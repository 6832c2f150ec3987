import { type Caller, numberPlace, pageOf } from "../calls/index.ts";
import { channelFor, channelOf } from "../channels/index.ts";
import { requireEdit } from "../videos/index.ts";
import { type Db, unfinished, type WishRow } from "./wish-row.ts";

export type WishQuery = {
  readonly video?: string | undefined;
  readonly channel?: string | undefined;
  readonly state?: "unfinished" | "ready" | "failed" | "aborted" | "needed" | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
};

/** Wishes that somebody may see, the newest first. Refuses with `not_found`, `invalid_request`. */
export async function listWishes(
  db: Db,
  { person }: Caller,
  query: WishQuery,
): Promise<{ rows: readonly WishRow[]; next: string | null }> {
  let found = db
    .selectFrom("export_wishes")
    .selectAll()
    .orderBy("created_at", "desc")
    .orderBy("id", "desc");
  const { state, limit } = query;
  if (query.video !== undefined) {
    const { id } = await requireEdit(db, person, query.video);
    found = found.where("video", "=", id);
  }
  const channel = await channelAsked(db, person, query);
  if (channel !== undefined) found = found.where("channel", "=", channel);
  if (state === "needed") found = found.where("needed", "=", 1);
  else if (state === "unfinished") found = found.where("state", "in", unfinished);
  else if (state !== undefined) found = found.where("state", "=", state);
  const after = numberPlace(query.cursor);
  if (after !== undefined) {
    const { at, id } = after;
    found = found.where((is) =>
      is.or([is("created_at", "<", at), is.and([is("created_at", "=", at), is("id", "<", id)])]),
    );
  }
  const rows = await found.limit(limit + 1).execute();
  const { shown, next } = pageOf(rows, limit, ({ created_at, id }) => ({ at: created_at, id }));
  return { rows: shown, next };
}

/** The one channel whose wishes are asked for; undefined for all, which operators may see, or for a video's. */
async function channelAsked(
  db: Db,
  person: Caller["person"],
  { video, channel }: WishQuery,
): Promise<string | undefined> {
  if (channel !== undefined) return (await channelFor(db, person, channel)).id;
  if (video !== undefined || person?.role === "operator") return undefined;
  // Who has no channel has no wishes.
  return person === null ? "" : ((await channelOf(db, person.id))?.id ?? "");
}
