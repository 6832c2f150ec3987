import type Database from "better-sqlite3";

const LIMIT = 500;

/** Prepared statements by their text; the one not used for longest goes when it is full. */
export class StatementCache {
  readonly #database: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();

  constructor(database: Database.Database) {
    this.#database = database;
  }

  get(sql: string): Database.Statement {
    const known = this.#statements.get(sql);
    const statement = known ?? this.#database.prepare(sql);
    // A map keeps the order of insertion: put again, it stands last.
    if (known !== undefined) this.#statements.delete(sql);
    this.#statements.set(sql, statement);
    if (this.#statements.size > LIMIT) {
      const [oldest] = this.#statements.keys();
      if (oldest !== undefined) this.#statements.delete(oldest);
    }
    return statement;
  }
}
