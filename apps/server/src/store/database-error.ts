import { Fault } from "@oxbow/contract";

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

/** A full or failing disk, or a database that is away, as the fault that the API and jobs know. */
export function asFault(error: unknown): unknown {
  if (error instanceof Fault) return error;
  const code = codeOf(error);
  if (code === "SQLITE_FULL" || code === "53100") {
    return new Fault("storage_full", "Cannot write to the database: the disk is full", {
      cause: error,
    });
  }
  if (code.startsWith("SQLITE_IOERR") || code === "SQLITE_READONLY" || code === "58030") {
    return new Fault("storage_failed", "Cannot write to the database: the disk refuses", {
      cause: error,
    });
  }
  if (code === "SQLITE_BUSY" || code === "ECONNREFUSED" || /^(08|57P)/.test(code)) {
    return new Fault("unavailable", "Cannot reach the database", { cause: error });
  }
  return error;
}
