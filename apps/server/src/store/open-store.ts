import { Fault, type NewEvent } from "@oxbow/contract";
import { type DatabaseLocation, openDatabase, type Refuse } from "@oxbow/database";
import type { World } from "../world.ts";
import { databaseStore } from "./database-store.ts";
import { migrations } from "./migrations/all.ts";
import { saveEvents } from "./save-events.ts";
import type { Schema } from "./schema.ts";
import type { OpenStore } from "./store.ts";

/** An SQLite file of this server alone, or a PostgreSQL database that several share. */
export type StoreLocation = DatabaseLocation;

const refuse: Refuse = (code, message) => new Fault(code, message);

/**
 * Opens the database, locks an SQLite file against other servers, and brings the tables up to date.
 * Throws with a message for the operator: the file is in use, the database is newer than the server.
 */
export async function openStore(location: StoreLocation, world: World): Promise<OpenStore> {
  const database = await openDatabase<Schema, NewEvent>(location, {
    migrations,
    own: "counters",
    saveEvents: (db, events) => saveEvents(db, events, world),
    refuse,
    onBroken: (error) => world.log.warn({ err: error }, "a database connection broke"),
  });
  return databaseStore(database, refuse);
}
