/** A statement that the database refused; `code` is SQLite's or PostgreSQL's own. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : "";
}

/** Whether a statement was refused because a row with this unique value exists already. */
export function isUniqueViolation(error: unknown): boolean {
  const code = codeOf(error);
  return (
    code === "SQLITE_CONSTRAINT_UNIQUE" ||
    code === "SQLITE_CONSTRAINT_PRIMARYKEY" ||
    code === "23505"
  );
}

/** Whether the transaction was given up for the sake of another one, and may run again (PostgreSQL). */
export function isTransactionConflict(error: unknown): boolean {
  const code = codeOf(error);
  return code === "40P01" || code === "40001";
}

/** Why a database did not do it, where that is not the statement's own fault. */
export type DatabaseTrouble = "full" | "failed" | "away";

/** A full disk, a failing one, a database that is away; undefined for anything else. */
export function databaseTrouble(error: unknown): DatabaseTrouble | undefined {
  const code = codeOf(error);
  if (code === "SQLITE_FULL" || code === "53100") return "full";
  if (code.startsWith("SQLITE_IOERR") || code === "SQLITE_READONLY" || code === "58030") {
    return "failed";
  }
  if (code === "SQLITE_BUSY" || code === "ECONNREFUSED" || /^(08|57P)/.test(code)) return "away";
  return undefined;
}
