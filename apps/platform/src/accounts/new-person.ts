import type { Language, Person, Role } from "@oxbow/site-contract";
import type { Tx } from "../store/index.ts";
import type { World } from "../world.ts";
import { foundBy, personOfRow } from "./people.ts";

/** Somebody who is to have an account. */
export type NewPerson = {
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly language: Language;
  /** By `hashPassword`, which takes its time: not inside a transaction. */
  readonly passwordHash: string;
  /** Whether the address was proved by a letter. */
  readonly verified: boolean;
};

/** Makes an account with a password. Undefined where the e-mail address has one already. */
export async function insertPerson(
  tx: Tx,
  world: World,
  person: NewPerson,
): Promise<Person | undefined> {
  const id = world.id("per");
  const now = new Date(world.now()).toISOString();
  const times = { created_at: now, updated_at: now };
  const row = await tx
    .insertInto("people")
    .values({
      id,
      name: person.name,
      email: person.email,
      found_by: foundBy(person),
      email_verified: person.verified ? 1 : 0,
      image: null,
      role: person.role,
      language: person.language,
      ...times,
    })
    .onConflict((conflict) => conflict.column("email").doNothing())
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return undefined;
  await tx
    .insertInto("credentials")
    .values({
      id: world.id("per"),
      account: id,
      provider: PASSWORD,
      person: id,
      password: person.passwordHash,
      access_token: null,
      refresh_token: null,
      id_token: null,
      access_token_expires_at: null,
      refresh_token_expires_at: null,
      scope: null,
      ...times,
    })
    .execute();
  return personOfRow(row);
}

/** What better-auth calls a credential that is a password. */
export const PASSWORD = "credential";

/** Gives a person another password. */
export async function setPassword(
  tx: Tx,
  world: World,
  person: string,
  passwordHash: string,
): Promise<void> {
  await tx
    .updateTable("credentials")
    .set({ password: passwordHash, updated_at: new Date(world.now()).toISOString() })
    .where("person", "=", person)
    .where("provider", "=", PASSWORD)
    .execute();
}
