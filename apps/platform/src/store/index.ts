export { openStore, type StoreLocation } from "./open-store.ts";
export type { Schema } from "./schema.ts";
export type { Store, Tx } from "./store.ts";
export type { EventWay } from "./tables/media.ts";
