export {
  DatabaseError,
  type DatabaseTrouble,
  databaseTrouble,
  isTransactionConflict,
  isUniqueViolation,
} from "./database-error.ts";
export type { DialectName, Migration } from "./migration.ts";
export {
  type DatabaseLocation,
  type OpenDatabase,
  type OpenOptions,
  openDatabase,
} from "./open-database.ts";
export { DatabaseRefusal, type RefusalCode, type Refuse, refuse } from "./refusal.ts";
export { inTime, runAgain } from "./run-again.ts";
