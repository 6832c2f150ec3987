import type { Tx } from "../store/index.ts";
import type { World } from "../world.ts";

/** Something to be done, surely, at a time. */
export type TaskWish = {
  /** Names the handler. */
  readonly kind: string;
  /** At most one unfinished task of a kind has a key; a second wish moves the first to its time. */
  readonly key?: string;
  readonly payload: unknown;
  /** Unix milliseconds. */
  readonly at: number;
};

/** Writes a task down, in the transaction that is the reason for it. */
export async function scheduleTask(tx: Tx, world: World, wish: TaskWish): Promise<void> {
  const { kind, key = null, payload, at } = wish;
  await tx
    .insertInto("tasks")
    .values({
      id: world.id("tsk"),
      kind,
      key,
      payload: JSON.stringify(payload),
      at,
      last_error: null,
    })
    .onConflict((conflict) =>
      conflict
        .columns(["kind", "key"])
        .doUpdateSet({ payload: JSON.stringify(payload), at, attempt: 0, last_error: null }),
    )
    .execute();
}
