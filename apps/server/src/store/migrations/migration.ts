import type { Kysely } from "kysely";
import type { Schema } from "../schema.ts";

export type DialectName = "sqlite" | "postgres";

/** One step of the tables. It never changes after its release: a later step corrects it. */
export type Migration = (db: Kysely<Schema>, dialect: DialectName) => Promise<void>;
