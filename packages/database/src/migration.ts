import type { Kysely } from "kysely";

export type DialectName = "sqlite" | "postgres";

/**
 * One step of a program's tables. It never changes after its release: a later step corrects it. Its
 * database has no schema: what it writes is what was true at its time.
 */
// oxlint-disable-next-line typescript/no-explicit-any -- Kysely's own type for migrations
export type Migration = (db: Kysely<any>, dialect: DialectName) => Promise<void>;
