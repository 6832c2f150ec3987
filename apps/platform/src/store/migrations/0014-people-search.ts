import { sql } from "kysely";
import type { Migration } from "./migration.ts";

/** Small letters without marks: no two databases fold those beyond ASCII alike. */
const folded = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** What people are looked for by. */
export const peopleSearch: Migration = async (db) => {
  await sql`alter table people add column found_by text not null default ''`.execute(db);
  const people = await sql<{ id: string; name: string; email: string }>`
    select id, name, email from people`.execute(db);
  for (const { id, name, email } of people.rows) {
    await sql`update people set found_by = ${folded(`${name} ${email}`)} where id = ${id}`.execute(
      db,
    );
  }
};
