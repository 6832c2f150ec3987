import { Fault } from "@oxbow/contract";
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type DialectAdapter,
  type Driver,
  type Kysely,
  type QueryCompiler,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import type { GroupCommit } from "./group-commit.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";

class Adapter extends SqliteAdapter {
  // Otherwise Kysely makes the transactions wait for each other, and none could join a group.
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

/** A connection in Kysely's eyes: lent for one statement or one transaction, and shut after it. */
class Lent implements DatabaseConnection {
  readonly #connection: SqliteConnection;
  state: "taken" | "began" | "over" = "taken";

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.state === "over") throw new Fault("unavailable", "The transaction has ended");
    const { rows, changes, insertId } = await this.#connection.run([
      { sql: query.sql, parameters: query.parameters },
    ]);
    return {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the row type is Kysely's promise to its caller, from the query
      rows: rows as R[],
      ...(changes !== undefined && { numAffectedRows: BigInt(changes) }),
      ...(insertId !== undefined && { insertId: BigInt(insertId) }),
    };
  }

  // oxlint-disable-next-line require-yield -- Kysely's port asks for a generator; lists are paged by cursor instead
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Fault("internal", "The embedded database does not stream: page by cursor");
  }
}

/** Statements alone, on the read-only connection. They don't wait for each other's answers. */
class ReadDriver implements Driver {
  readonly #connection: SqliteConnection;

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
  }

  async init(): Promise<void> {}
  acquireConnection(): Promise<DatabaseConnection> {
    return Promise.resolve(new Lent(this.#connection));
  }
  async releaseConnection(): Promise<void> {}
  async beginTransaction(): Promise<void> {
    throw new Fault("internal", "A transaction is made by the store's commit, not on db");
  }
  async commitTransaction(): Promise<void> {}
  async rollbackTransaction(): Promise<void> {}
  async destroy(): Promise<void> {}
}

/** Transactions, one at a time, on the writing connection. */
class WriteDriver implements Driver {
  readonly #connection: SqliteConnection;
  readonly #commits: GroupCommit;
  readonly #durable: boolean;

  constructor(connection: SqliteConnection, commits: GroupCommit, durable: boolean) {
    this.#connection = connection;
    this.#commits = commits;
    this.#durable = durable;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<Lent> {
    await this.#commits.take(this.#durable);
    return new Lent(this.#connection);
  }

  async beginTransaction(lent: Lent): Promise<void> {
    await this.#commits.begin(this.#durable);
    lent.state = "began";
  }

  async commitTransaction(lent: Lent): Promise<void> {
    lent.state = "over";
    await this.#commits.commit();
  }

  async rollbackTransaction(lent: Lent): Promise<void> {
    // Kysely also calls this after a commit that failed, when there is nothing left to undo.
    if (lent.state !== "began") return;
    lent.state = "over";
    await this.#commits.rollback();
  }

  async releaseConnection(lent: Lent): Promise<void> {
    if (lent.state !== "taken") return;
    lent.state = "over";
    await this.#commits.skip();
  }

  async destroy(): Promise<void> {}
}

function dialect(createDriver: () => Driver): Dialect {
  return {
    createDriver,
    createAdapter: (): DialectAdapter => new Adapter(),
    createQueryCompiler: (): QueryCompiler => new SqliteQueryCompiler(),
    createIntrospector: (db: Kysely<unknown>) => new SqliteIntrospector(db),
  };
}

/** For reading: the connection is read-only. */
export function sqliteReader(connection: SqliteConnection): Dialect {
  return dialect(() => new ReadDriver(connection));
}

/** For transactions. Not durable ones survive the process, but perhaps not a power cut. */
export function sqliteWriter(
  connection: SqliteConnection,
  commits: GroupCommit,
  durable: boolean,
): Dialect {
  return dialect(() => new WriteDriver(connection, commits, durable));
}
