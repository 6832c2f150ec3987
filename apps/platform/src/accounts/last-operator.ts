import { SiteFault } from "@oxbow/site-contract";
import type { Tx } from "../store/index.ts";

/** Refuses a change after which nobody would run the site; called before it, in its transaction. */
export async function refuseLastOperator(tx: Tx, person: string): Promise<void> {
  const operators = await tx
    .selectFrom("people")
    .select("id")
    .where("role", "=", "operator")
    .where("suspended", "=", 0)
    .execute();
  if (operators.some(({ id }) => id === person) && operators.length === 1) {
    throw new SiteFault("conflict", "This is the only operator: make another one first", {
      reason: "last_operator",
    });
  }
}
