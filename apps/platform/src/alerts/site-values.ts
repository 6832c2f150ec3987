import type { z } from "zod";
import type { Store, Tx } from "../store/index.ts";

/** Reads in a transaction or outside of one. */
export type Reads = Pick<Store["db"] | Tx, "selectFrom">;

/** What the site keeps under a name, as `schema` reads it; undefined where it was never told. */
export async function readSiteValue<S extends z.ZodType>(
  reads: Reads,
  name: string,
  schema: S,
): Promise<z.output<S> | undefined> {
  const row = await reads
    .selectFrom("site_values")
    .select("value")
    .where("name", "=", name)
    .executeTakeFirst();
  return row === undefined ? undefined : schema.parse(JSON.parse(row.value));
}

export async function writeSiteValue(tx: Tx, name: string, value: unknown): Promise<void> {
  const text = JSON.stringify(value);
  await tx
    .insertInto("site_values")
    .values({ name, value: text })
    .onConflict((conflict) => conflict.column("name").doUpdateSet({ value: text }))
    .execute();
}
