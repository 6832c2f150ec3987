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
import type { Refuse } from "../refusal.ts";
import type { GroupCommit } from "./group-commit.ts";
import type { Statement, StatementResult } from "./wire.ts";

class Adapter extends SqliteAdapter {
  // Otherwise Kysely makes the transactions wait for each other, and none could join a group.
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

type Run = (statement: Statement) => Promise<StatementResult>;

/** A connection in Kysely's eyes: lent for one statement or one transaction, and shut after it. */
class Lent implements DatabaseConnection {
  readonly #run: Run;
  readonly #refuse: Refuse;
  state: "taken" | "began" | "over" = "taken";

  constructor(run: Run, refuse: Refuse) {
    this.#run = run;
    this.#refuse = refuse;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.state === "over") throw this.#refuse("unavailable", "The transaction has ended");
    const { rows, changes, insertId } = await this.#run(query);
    return {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the row type is Kysely's promise to its caller, from the query
      rows: rows as R[],
      ...(changes !== undefined && { numAffectedRows: BigInt(changes) }),
      ...(insertId !== undefined && { insertId: BigInt(insertId) }),
    };
  }

  // oxlint-disable-next-line require-yield -- Kysely's port asks for a generator; lists are paged by cursor instead
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw this.#refuse("internal", "The embedded database does not stream: page by cursor");
  }
}

/** Statements alone, which don't wait for each other's answers. */
class StatementDriver implements Driver {
  readonly #run: Run;
  readonly #refuse: Refuse;

  constructor(run: Run, refuse: Refuse) {
    this.#run = run;
    this.#refuse = refuse;
  }

  async init(): Promise<void> {}
  acquireConnection(): Promise<DatabaseConnection> {
    return Promise.resolve(new Lent(this.#run, this.#refuse));
  }
  async releaseConnection(): Promise<void> {}
  async beginTransaction(): Promise<void> {
    throw this.#refuse("internal", "A transaction is made by the store's commit, not on db");
  }
  async commitTransaction(): Promise<void> {}
  async rollbackTransaction(): Promise<void> {}
  async destroy(): Promise<void> {}
}

/** Transactions, one at a time, on the writing connection. */
class WriteDriver<Event> implements Driver {
  readonly #commits: GroupCommit<Event>;
  readonly #durable: boolean;
  readonly #refuse: Refuse;

  constructor(commits: GroupCommit<Event>, durable: boolean, refuse: Refuse) {
    this.#commits = commits;
    this.#durable = durable;
    this.#refuse = refuse;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<Lent> {
    await this.#commits.take(this.#durable);
    return new Lent((statement) => this.#commits.run(statement), this.#refuse);
  }

  async beginTransaction(lent: Lent): Promise<void> {
    this.#commits.begin(this.#durable);
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

/** Statements alone: on the read-only connection, or inside a transaction that somebody else ends. */
export function sqliteStatements(run: Run, refuse: Refuse): Dialect {
  return dialect(() => new StatementDriver(run, refuse));
}

/** Transactions. Not durable ones survive the process, but perhaps not a power cut. */
export function sqliteTransactions<Event>(
  commits: GroupCommit<Event>,
  durable: boolean,
  refuse: Refuse,
): Dialect {
  return dialect(() => new WriteDriver(commits, durable, refuse));
}
