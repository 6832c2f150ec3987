import Database from "better-sqlite3";

/**
 * Takes the lock of a database for this process, or throws. It is an exclusive transaction on a
 * database of its own beside it, so the operating system frees it when the process dies, however it dies.
 */
export function lockDatabase(file: string): Database.Database {
  const lock = new Database(`${file}.lock`, { timeout: 0 });
  try {
    lock.pragma("journal_mode = MEMORY");
    lock.exec("BEGIN EXCLUSIVE");
    return lock;
  } catch (cause) {
    lock.close();
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code !== "SQLITE_BUSY") throw cause;
    throw new Error(
      `Cannot open "${file}": another server uses this data folder. Stop it, or set OXBOW_DATA to another folder`,
      { cause },
    );
  }
}
