import { SiteFault } from "@oxbow/site-contract";
import type { Store, Tx } from "../store/index.ts";

/** Refuses a change after which nobody would run the site; called before it, in its transaction. */
export async function refuseLastOperator(
  tx: Tx,
  dialect: Store["dialect"],
  person: string,
): Promise<void> {
  const operators = await tx
    .selectFrom("people")
    .select("id")
    .where("role", "=", "operator")
    .where("suspended", "=", 0)
    // Two operators who remove each other at once: the second waits, and sees what the first has done.
    .$if(dialect === "postgres", (query) => query.forUpdate())
    .execute();
  if (operators.some(({ id }) => id === person) && operators.length === 1) {
    throw new SiteFault("conflict", "This is the only operator: make another one first", {
      reason: "last_operator",
    });
  }
}
