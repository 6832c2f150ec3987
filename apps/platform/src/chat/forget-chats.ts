import type { Store, Tx } from "../store/index.ts";
import { scheduleTask, type TaskHandlers } from "../tasks/index.ts";
import type { World } from "../world.ts";

const FORGET = "chat.forget";
const DAY = 24 * 3_600_000;
/** How long the chat of a deleted video is kept where nobody sees it, for who must answer for it. */
const KEPT = 30 * DAY;
/** Messages that are erased in one transaction. */
const AT_ONCE = 500;

type Parts = { readonly store: Store; readonly world: World };

/** Wants chats of deleted videos to be erased, now and each day. */
export function scheduleForgetting(tx: Tx, world: World, at = world.now()): Promise<void> {
  return scheduleTask(tx, world, { kind: FORGET, key: "1", payload: null, at });
}

/** Erases, with their reports, the messages of videos that were deleted thirty days ago. */
export function chatTasks({ store, world }: Parts): TaskHandlers {
  return {
    [FORGET]: async (_payload, _attempt, signal) => {
      const before = world.now() - KEPT;
      let erased = AT_ONCE;
      while (erased === AT_ONCE) {
        signal.throwIfAborted();
        erased = await eraseSome(store, before);
      }
      await store.commit((tx) => scheduleForgetting(tx, world, world.now() + DAY));
    },
  };
}

/** Answers how many were erased. */
async function eraseSome(store: Store, before: number): Promise<number> {
  const rows = await store.db
    .selectFrom("chat_messages")
    .innerJoin("videos", "videos.id", "chat_messages.video")
    .select("chat_messages.id")
    .where("videos.deleted_at", "<", before)
    .limit(AT_ONCE)
    .execute();
  if (rows.length === 0) return 0;
  const ids = rows.map(({ id }) => id);
  // Reports go with their messages: the database sees to it.
  await store.commit((tx) => tx.deleteFrom("chat_messages").where("id", "in", ids).execute());
  return rows.length;
}
