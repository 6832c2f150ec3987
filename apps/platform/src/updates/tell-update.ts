import type { Topic } from "@oxbow/site-contract";
import type { Tx } from "../store/index.ts";
import type { World } from "../world.ts";

/** Tells pages that listen to a topic, in the transaction that changes what they show. */
export async function tellUpdate(
  tx: Tx,
  world: World,
  update: { readonly topic: Topic; readonly type: string; readonly data: unknown },
): Promise<void> {
  await tx
    .insertInto("updates")
    .values({ ...update, data: JSON.stringify(update.data), at: world.now() })
    .execute();
}
