import { SignUpPolicy } from "@oxbow/site-contract";
import type { Kysely } from "kysely";
import type { Schema, Tx } from "../store/index.ts";

const SIGN_UP = "sign_up";

/** Who may make an account; open until an operator says otherwise. */
export async function signUpPolicy(db: Kysely<Schema>): Promise<SignUpPolicy> {
  const found = db.selectFrom("site_values").select("value").where("name", "=", SIGN_UP);
  const row = await found.executeTakeFirst();
  return row === undefined ? "open" : SignUpPolicy.parse(row.value);
}

export async function setSignUpPolicy(tx: Tx, value: SignUpPolicy): Promise<void> {
  await tx
    .insertInto("site_values")
    .values({ name: SIGN_UP, value })
    .onConflict((conflict) => conflict.column("name").doUpdateSet({ value }))
    .execute();
}

/** Whether somebody runs this site already. */
export async function hasOperator(db: Kysely<Schema>): Promise<boolean> {
  const found = db.selectFrom("people").select("id").where("role", "=", "operator").limit(1);
  return (await found.executeTakeFirst()) !== undefined;
}
