import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { World } from "../world.ts";
import { openPostgres } from "./postgres.ts";
import { openSqlite } from "./sqlite/open-sqlite.ts";
import type { OpenStore } from "./store.ts";

/** An SQLite file of this server alone, or a PostgreSQL database that several share. */
export type StoreLocation = { readonly file: string } | { readonly url: string };

/**
 * Opens the database, locks an SQLite file against other servers, and brings the tables up to date.
 * Throws with a message for the operator: the file is in use, the database is newer than the server.
 */
export async function openStore(location: StoreLocation, world: World): Promise<OpenStore> {
  if ("url" in location) return openPostgres(location.url, world);
  await mkdir(dirname(location.file), { recursive: true });
  return openSqlite(location.file, world);
}
