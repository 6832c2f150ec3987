import { type AnswerOf, type QueryOf, SiteFault } from "@oxbow/site-contract";
import { peopleOf } from "../accounts/index.ts";
import { type Db, toChannel } from "./channel-row.ts";
import { HOUSE } from "./create-channel.ts";

/** All channels of people by their handles, for operators. The cursor is the last handle of a page. */
export async function listChannels(
  db: Db,
  { cursor, limit }: QueryOf<"channels.list">,
): Promise<AnswerOf<"channels.list">> {
  if (cursor !== undefined && !/^[a-z0-9-]{2,30}$/.test(cursor))
    throw new SiteFault("invalid_request", "The cursor is none of this list", { field: "cursor" });
  const rows = await db
    .selectFrom("channels")
    .selectAll()
    .where("owner", "<>", HOUSE)
    .$if(cursor !== undefined, (query) => query.where("handle", ">", cursor ?? ""))
    .orderBy("handle")
    .limit(limit + 1)
    .execute();
  const page = rows.slice(0, limit);
  const owners = await peopleOf(
    db,
    page.map(({ owner }) => owner),
  );
  return {
    items: page.map((row) => toChannel(row, owners.get(row.owner)?.name ?? "")),
    next: rows.length > limit ? (page.at(-1)?.handle ?? null) : null,
  };
}
