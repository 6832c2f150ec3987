export { type ApiKey, type ApiKeys, type ApiScope, apiKeys } from "./api-keys.ts";
export { asFault, DatabaseError, isUniqueViolation } from "./database-error.ts";
export { eventStore } from "./event-store.ts";
export { type Claim, type Idempotency, idempotency } from "./idempotency.ts";
export { jobStore } from "./job-store.ts";
export { openStore, type StoreLocation } from "./open-store.ts";
export type { Schema } from "./schema.ts";
export { openSecretBox, type SecretBox, secretBox } from "./secret-box.ts";
export type { OpenStore, Store, Tx } from "./store.ts";
