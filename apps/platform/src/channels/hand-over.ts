import type { Client } from "@oxbow/sdk";
import { SiteFault } from "@oxbow/site-contract";
import { activePerson, audit } from "../accounts/index.ts";
import type { Caller } from "../calls/index.ts";
import { mediaFault } from "../media/index.ts";
import type { Store } from "../store/index.ts";
import { tellSessionChanged } from "../updates/index.ts";
import type { World } from "../world.ts";
import { type ChannelRow, channelFor, channelOf, type Db } from "./channel-row.ts";
import { HOUSE } from "./create-channel.ts";
import { resetKey } from "./stream-key.ts";
import { tellChannel } from "./tell-channel.ts";

type Parts = { readonly store: Store; readonly world: World; readonly media: Client };

/**
 * Gives a channel, with all its videos, to another person; the one before may be gone. Its key is a new
 * one first, as the one before knows the old. Refuses with `not_found` (`person_unknown`), `conflict`
 * (`no_streamer`, `channel_exists`: theirs).
 */
export async function handOver(
  { store, world, media }: Parts,
  caller: Caller,
  id: string,
  to: string,
): Promise<ChannelRow> {
  const row = await channelFor(store.db, caller.person, id);
  if (row.owner === HOUSE) throw new SiteFault("not_found", "There is no such channel");
  if (row.owner === to) return row;
  await requireHeir(store.db, to);
  if (row.stream !== null) {
    await resetKey(media, row).catch((error: unknown) => {
      throw mediaFault(error);
    });
  }
  return store.commit(async (tx) => {
    await requireHeir(tx, to);
    const changed = await tx
      .updateTable("channels")
      .set({ owner: to, owner_address: null, owner_seen_at: null })
      .where("id", "=", id)
      .returningAll()
      .executeTakeFirstOrThrow();
    const { person, address } = caller;
    const detail = { from: row.owner, to };
    await audit(tx, world, { person, action: "channel.handed_over", about: id, detail, address });
    await tellChannel(tx, world, id);
    // What their open pages may listen to is not the same any more.
    for (const one of [row.owner, to]) await tellSessionChanged(tx, world, one);
    return changed;
  });
}

async function requireHeir(db: Db, id: string): Promise<void> {
  const field = "person";
  const person = await activePerson(db, id);
  if (person === undefined)
    throw new SiteFault("not_found", "There is no such person", {
      reason: "person_unknown",
      field,
    });
  if (person.role === "viewer")
    throw new SiteFault("conflict", "Make them a streamer first", { reason: "no_streamer", field });
  if ((await channelOf(db, id)) !== undefined)
    throw new SiteFault("conflict", "They have a channel already", {
      reason: "channel_exists",
      field,
    });
}
