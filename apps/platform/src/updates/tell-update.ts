import type { ToldTopic } from "@oxbow/site-contract";
import type { Tx } from "../store/index.ts";
import type { World } from "../world.ts";
import { LISTENERS_CHANGED, SESSION_CHANGED } from "./orders.ts";

/**
 * Tells pages that listen to a topic, in the transaction that changes what they show. It is read from
 * the log by every process, and by pages that were away.
 */
export async function tellUpdate(
  tx: Tx,
  world: World,
  update: { readonly topic: ToldTopic; readonly type: string; readonly data: unknown },
): Promise<void> {
  const { last } = await tx
    .updateTable("update_log")
    .set((row) => ({ last: row("last", "+", 1) }))
    .returning("last")
    .executeTakeFirstOrThrow();
  const { topic, type, data } = update;
  await tx
    .insertInto("updates")
    .values({ id: last, topic, type, data: JSON.stringify(data), at: world.now() })
    .execute();
}

/** A session of a person ended, or the person's role changed, or was suspended: sockets are asked anew. */
export function tellSessionChanged(tx: Tx, world: World, person: string): Promise<void> {
  return tellUpdate(tx, world, { topic: `me:${person}`, type: SESSION_CHANGED, data: null });
}

/** Others than before may listen to a topic, for example as a video was made private. */
export function tellListenersChanged(tx: Tx, world: World, topic: ToldTopic): Promise<void> {
  return tellUpdate(tx, world, { topic, type: LISTENERS_CHANGED, data: null });
}
