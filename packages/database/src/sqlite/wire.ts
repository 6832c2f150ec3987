/** What passes between the main thread and a database worker. */

export type Statement = { readonly sql: string; readonly parameters: readonly unknown[] };

/** Statements that run one after another; the first that fails ends the request. */
export type Request = { readonly id: number; readonly statements: readonly Statement[] };

export type StatementResult = {
  readonly rows: readonly unknown[];
  readonly changes?: number;
  readonly insertId?: number | bigint;
};

export type Reply =
  | { readonly id: number; readonly result: StatementResult }
  | { readonly id: number; readonly failed: { readonly message: string; readonly code: string } };

export type WorkerSettings = {
  readonly file: string;
  /** `write` takes the lock of the data folder; `read` opens the database read-only. */
  readonly access: "write" | "read";
};
