import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { World } from "../world.ts";
import type { OpenStore } from "./store.ts";

/** An SQLite file of this server alone, or a PostgreSQL database that several share. */
export type StoreLocation = { readonly file: string } | { readonly url: string };

/**
 * Opens the database, locks an SQLite file against other servers, and brings the tables up to date.
 * Throws with a message for the operator: the file is in use, the database is newer than the server.
 */
export async function openStore(location: StoreLocation, world: World): Promise<OpenStore> {
  // One of the two is used: the other's driver would only take memory and time to start.
  if ("url" in location) {
    const { openPostgres } = await import("./postgres.ts");
    return openPostgres(location.url, world);
  }
  const { openSqlite } = await import("./sqlite/open-sqlite.ts");
  await mkdir(dirname(location.file), { recursive: true });
  return openSqlite(location.file, world);
}
