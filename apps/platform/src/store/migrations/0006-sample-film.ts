import { sql } from "kysely";
import type { Migration } from "./migration.ts";

/** The film that a new site shows: made once, and not again when it was deleted. */
export const sampleFilm: Migration = async (db) => {
  await sql`create table sample_film (id integer primary key, state text not null, video text)`.execute(
    db,
  );
};
