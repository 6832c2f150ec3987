import type { Person } from "@oxbow/site-contract";
import type { Kysely, Selectable } from "kysely";
import type { Schema } from "../store/index.ts";

/** Shows a person as they see themselves. */
export function personOfRow(row: Selectable<Schema["people"]>): Person {
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    role: row.role,
    language: row.language,
    createdAt: row.created_at,
  };
}

/**
 * What a person is looked for by: name and address without accents and capitals. SQLite lowers ASCII
 * alone, PostgreSQL as its locale says; here both look for the same.
 */
export function foundBy({
  name,
  email,
}: {
  readonly name: string;
  readonly email: string;
}): string {
  return folded(`${name} ${email}`);
}

/** Letters without their marks, in lower case: `É` is `e`. */
export function folded(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** The person with an id; undefined where there is none. */
export async function personOf(db: Kysely<Schema>, id: string): Promise<Person | undefined> {
  const found = db.selectFrom("people").selectAll().where("id", "=", id);
  const row = await found.executeTakeFirst();
  return row && personOfRow(row);
}

/** The same, unless they are suspended. */
export async function activePerson(db: Kysely<Schema>, id: string): Promise<Person | undefined> {
  const found = db.selectFrom("people").selectAll().where("id", "=", id).where("suspended", "=", 0);
  const row = await found.executeTakeFirst();
  return row && personOfRow(row);
}

/** The people with these ids, those that exist, by id. At most some hundreds at once. */
export async function peopleOf(
  db: Kysely<Schema>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Person>> {
  if (ids.length === 0) return new Map();
  const rows = await db.selectFrom("people").selectAll().where("id", "in", ids).execute();
  return new Map(rows.map((row) => [row.id, personOfRow(row)]));
}
