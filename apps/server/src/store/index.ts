export { asFault, DatabaseError, isUniqueViolation } from "./database-error.ts";
export { jobStore } from "./job-store.ts";
export { openStore, type StoreLocation } from "./open-store.ts";
export type { Schema } from "./schema.ts";
export type { OpenStore, Store, Tx } from "./store.ts";
