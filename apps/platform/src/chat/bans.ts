import { type AnswerOf, type ChatBan, SiteFault } from "@oxbow/site-contract";
import type { Selectable } from "kysely";
import { audit, peopleOf, personOf } from "../accounts/index.ts";
import type { Caller } from "../calls/index.ts";
import type { ChannelRow } from "../channels/index.ts";
import type { Schema, Tx } from "../store/index.ts";
import { tellUpdate } from "../updates/index.ts";
import type { World } from "../world.ts";
import { tellQueue } from "./reports.ts";
import { type ChatParts, type Db, moderatedBy, roleIn } from "./room.ts";
import { mayModerate } from "./rules.ts";
import { tellStanding } from "./tell-standing.ts";

type BanRow = Selectable<Schema["chat_bans"]>;

/** Bans a person from a channel's rooms; with `minutes`, for so long. The last word counts. */
export async function ban(
  { store, world }: ChatParts,
  caller: Caller,
  channelId: string,
  wish: {
    readonly person: string;
    readonly minutes?: number;
    readonly reason: string;
    readonly clear: boolean;
  },
): Promise<ChatBan> {
  return store.commit(async (tx) => {
    const { channel, person, role } = await moderatedBy(tx, caller, channelId);
    const whom = await personOf(tx, wish.person);
    if (whom === undefined) throw new SiteFault("not_found", "There is no such person");
    if (!mayModerate(role, await roleIn(tx, whom, channel))) {
      throw new SiteFault("forbidden", "This person moderates as well", { reason: "is_moderator" });
    }
    const now = world.now();
    const row: BanRow = {
      channel: channel.id,
      person: wish.person,
      until: wish.minutes === undefined ? null : now + wish.minutes * 60_000,
      reason: wish.reason,
      by: person.id,
      at: now,
    };
    await tx
      .insertInto("chat_bans")
      .values(row)
      .onConflict((conflict) => conflict.columns(["channel", "person"]).doUpdateSet(row))
      .execute();
    await tx
      .deleteFrom("chat_moderators")
      .where("channel", "=", channel.id)
      .where("person", "=", wish.person)
      .execute();
    const { minutes, reason, clear } = wish;
    await audit(tx, world, {
      person,
      action: minutes === undefined ? "chat.banned" : "chat.timed_out",
      about: wish.person,
      detail: { channel: channel.id, reason, clear, ...(minutes === undefined ? {} : { minutes }) },
      address: caller.address,
    });
    if (clear) await clearAuthor(tx, world, { channel, author: wish.person, by: person.id });
    await tellStanding(tx, world, channel, wish.person);
    return toBan(row, whom.name, person.name);
  });
}

/** Hides all that an author wrote in a channel's rooms. */
async function clearAuthor(
  tx: Tx,
  world: World,
  who: { readonly channel: ChannelRow; readonly author: string; readonly by: string },
): Promise<void> {
  const { channel, author, by } = who;
  const hidden = await tx
    .updateTable("chat_messages")
    .set({ deleted_at: world.now(), deleted_by: by })
    .where("author", "=", author)
    .where("channel", "=", channel.id)
    .where("deleted_at", "is", null)
    .returning(["id", "video"])
    .execute();
  const settled = await tx
    .updateTable("chat_reports")
    .set({ resolved_at: world.now() })
    .where("resolved_at", "is", null)
    .where("message", "in", (row) =>
      row
        .selectFrom("chat_messages")
        .select("id")
        .where("author", "=", author)
        .where("channel", "=", channel.id),
    )
    .returning("message")
    .execute();
  for (const video of new Set(hidden.map((row) => row.video))) {
    const data = { author };
    await tellUpdate(tx, world, { topic: `chat:${video}`, type: "chat.cleared", data });
  }
  if (settled.length > 0) await tellQueue(tx, world, channel.id);
}

/** Takes a ban or a time-out back. Twice is harmless. */
export async function unban(
  { store, world }: ChatParts,
  caller: Caller,
  channelId: string,
  whom: string,
): Promise<void> {
  await store.commit(async (tx) => {
    const { channel, person } = await moderatedBy(tx, caller, channelId);
    const { numDeletedRows } = await tx
      .deleteFrom("chat_bans")
      .where("channel", "=", channel.id)
      .where("person", "=", whom)
      .executeTakeFirst();
    if (numDeletedRows === 0n) return;
    await audit(tx, world, {
      person,
      action: "chat.unbanned",
      about: whom,
      detail: { channel: channel.id },
      address: caller.address,
    });
    await tellStanding(tx, world, channel, whom);
  });
}

/** Who may not write in a channel's rooms now. */
export async function bansOf(
  db: Db,
  world: World,
  channel: string,
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<AnswerOf<"chat.bans">> {
  const now = world.now();
  let query = db
    .selectFrom("chat_bans")
    .selectAll()
    .where("channel", "=", channel)
    .where((row) => row.or([row("until", "is", null), row("until", ">", now)]));
  if (cursor !== undefined) query = query.where("person", ">", cursor);
  const rows = await query
    .orderBy("person")
    .limit(limit + 1)
    .execute();
  const kept = rows.slice(0, limit);
  const people = await peopleOf(db, [...new Set(kept.flatMap(({ person, by }) => [person, by]))]);
  const name = (id: string): string => people.get(id)?.name ?? id;
  return {
    items: kept.map((row) => toBan(row, name(row.person), name(row.by))),
    next: rows.length > limit ? (kept.at(-1)?.person ?? null) : null,
  };
}

function toBan(row: BanRow, name: string, by: string): ChatBan {
  return {
    person: row.person,
    name,
    until: row.until === null ? null : new Date(row.until).toISOString(),
    reason: row.reason,
    by,
    at: new Date(row.at).toISOString(),
  };
}
