import { type BodyOf, type ChatModerator, SiteFault } from "@oxbow/site-contract";
import { audit, type Person, peopleOf, personOf } from "../accounts/index.ts";
import type { Caller } from "../calls/index.ts";
import type { ChannelRow } from "../channels/index.ts";
import type { Tx } from "../store/index.ts";
import { tellListenersChanged } from "../updates/index.ts";
import { type ChatParts, type Db, moderatedBy } from "./room.ts";
import { tellStanding } from "./tell-standing.ts";

/** Moderators of one channel. */
const MOST = 100;

/** Those whom a channel's owner named. */
export async function moderatorsOf(db: Db, channel: string): Promise<ChatModerator[]> {
  const rows = await db
    .selectFrom("chat_moderators")
    .selectAll()
    .where("channel", "=", channel)
    .orderBy("at")
    .limit(MOST)
    .execute();
  const people = await peopleOf(
    db,
    rows.map(({ person }) => person),
  );
  return rows.map(({ person, at }) => ({
    person,
    name: people.get(person)?.name ?? person,
    at: new Date(at).toISOString(),
  }));
}

/** Names a moderator: the owner's and operators' to do. Twice is harmless. */
export async function addModerator(
  { store, world }: ChatParts,
  caller: Caller,
  channelId: string,
  whom: BodyOf<"chat.addModerator">,
): Promise<ChatModerator> {
  return store.commit(async (tx) => {
    const { channel, person } = await namedBy(tx, caller, channelId);
    const named = await find(tx, whom);
    if (named.id === channel.owner) {
      throw new SiteFault("conflict", "This is the channel's owner", { reason: "is_owner" });
    }
    const count = (await moderatorsOf(tx, channel.id)).length;
    if (count >= MOST) {
      throw new SiteFault("conflict", `${MOST} moderators are enough`, { reason: "too_many" });
    }
    const at = world.now();
    await tx
      .insertInto("chat_moderators")
      .values({ channel: channel.id, person: named.id, at })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await audit(tx, world, {
      person,
      action: "chat.moderator_added",
      about: named.id,
      detail: { channel: channel.id },
      address: caller.address,
    });
    await tellStanding(tx, world, channel, named.id);
    return { person: named.id, name: named.name, at: new Date(at).toISOString() };
  });
}

/** Makes a moderator one of the audience again. */
export async function removeModerator(
  { store, world }: ChatParts,
  caller: Caller,
  channelId: string,
  whom: string,
): Promise<void> {
  await store.commit(async (tx) => {
    const { channel, person } = await namedBy(tx, caller, channelId);
    const { numDeletedRows } = await tx
      .deleteFrom("chat_moderators")
      .where("channel", "=", channel.id)
      .where("person", "=", whom)
      .executeTakeFirst();
    if (numDeletedRows === 0n) return;
    await audit(tx, world, {
      person,
      action: "chat.moderator_removed",
      about: whom,
      detail: { channel: channel.id },
      address: caller.address,
    });
    await tellStanding(tx, world, channel, whom);
    // Who listens to the queue may do so no longer.
    await tellListenersChanged(tx, world, `moderation:${channel.id}`);
  });
}

async function namedBy(
  tx: Tx,
  caller: Caller,
  id: string,
): Promise<{ readonly channel: ChannelRow; readonly person: { id: string; name: string } }> {
  const { channel, person, role } = await moderatedBy(tx, caller, id);
  if (role === "moderator") {
    throw new SiteFault("forbidden", "The channel's owner names its moderators");
  }
  return { channel, person };
}

async function find(tx: Tx, whom: BodyOf<"chat.addModerator">): Promise<Person> {
  const named =
    "person" in whom ? await personOf(tx, whom.person) : await personOfEmail(tx, whom.email);
  if (named === undefined) {
    throw new SiteFault("not_found", "There is no such account", {
      reason: "no_such_person",
      field: "person" in whom ? "person" : "email",
    });
  }
  return named;
}

async function personOfEmail(tx: Tx, email: string): Promise<Person | undefined> {
  const row = await tx
    .selectFrom("people")
    .select("id")
    .where("email", "=", email.trim().toLowerCase())
    .executeTakeFirst();
  return row && personOf(tx, row.id);
}
