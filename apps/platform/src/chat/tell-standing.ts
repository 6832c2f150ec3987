import { personOf } from "../accounts/index.ts";
import type { ChannelRow } from "../channels/index.ts";
import type { Tx } from "../store/index.ts";
import { tellUpdate } from "../updates/index.ts";
import type { World } from "../world.ts";
import { rulesOf, standingIn } from "./room.ts";

/** Tells a person's own pages what they may do in a channel's rooms now. */
export async function tellStanding(
  tx: Tx,
  world: World,
  channel: ChannelRow,
  person: string,
): Promise<void> {
  const room = { channel, rules: await rulesOf(tx, channel.id) };
  const account = await personOf(tx, person);
  if (account === undefined) return;
  const data = await standingIn(tx, room, account, world.now());
  await tellUpdate(tx, world, { topic: `me:${person}`, type: "chat.standing", data });
}
