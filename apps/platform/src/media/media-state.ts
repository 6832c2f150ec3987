import type { z } from "zod";
import type { Store, Tx } from "../store/index.ts";

/** What is kept under a key about the media server; undefined before it was written. */
export async function readMediaState<T>(
  db: Store["db"],
  key: string,
  schema: z.ZodType<T>,
): Promise<T | undefined> {
  const row = await db
    .selectFrom("media_state")
    .select("value")
    .where("key", "=", key)
    .executeTakeFirst();
  return row === undefined ? undefined : schema.parse(JSON.parse(row.value));
}

export async function writeMediaState(tx: Tx, key: string, value: unknown): Promise<void> {
  const json = JSON.stringify(value);
  await tx
    .insertInto("media_state")
    .values({ key, value: json })
    .onConflict((conflict) => conflict.column("key").doUpdateSet({ value: json }))
    .execute();
}
