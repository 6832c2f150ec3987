import { SiteFault } from "@oxbow/site-contract";
import { verifyPassword } from "better-auth/crypto";
import { countAttempt, forgiveAttempts, passwordAllowance } from "./attempts.ts";
import { PASSWORD } from "./new-person.ts";
import type { Parts } from "./parts.ts";

/** Refuses who does not know the password of the account that they are signed in with. */
export async function refuseWrongPassword(
  { store, world }: Pick<Parts, "store" | "world">,
  person: string,
  password: string,
): Promise<void> {
  const allowances = [passwordAllowance(person)];
  await countAttempt(store, world, allowances);
  const row = await store.db
    .selectFrom("credentials")
    .select("password")
    .where("person", "=", person)
    .where("provider", "=", PASSWORD)
    .executeTakeFirst();
  const hash = row?.password ?? null;
  if (hash === null || !(await verifyPassword({ hash, password }))) {
    throw new SiteFault("forbidden", "The password is wrong", {
      reason: "wrong_password",
      field: "password",
    });
  }
  await forgiveAttempts(store, allowances);
}
