import type { Refuse } from "../refusal.ts";
import { WriteTurns } from "../write-turns.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";
import type { Statement, StatementResult } from "./wire.ts";

const MEMBERS = 64;

const statement = (sql: string): Statement => ({ sql, parameters: [] });
const BEGIN = statement("begin immediate");
const COMMIT = statement("commit");
const ROLLBACK = statement("rollback");
const MEMBER = statement("savepoint member");
const KEEP_MEMBER = statement("release member");
const UNDO_MEMBER = statement("rollback to member");
const DURABLE = statement("pragma synchronous = full");
const RELAXED = statement("pragma synchronous = normal");

type Group<Event> = {
  readonly durable: boolean;
  members: number;
  readonly events: Event[];
  readonly done: PromiseWithResolvers<void>;
};

/**
 * Transactions of one SQLite connection, one at a time. Those that wait while another runs join it, each
 * in a savepoint of its own, and one commit (one fsync) serves them all: each is told of its success
 * only after it. Their events are saved in one go before it.
 */
export class GroupCommit<Event> {
  readonly #connection: SqliteConnection;
  readonly #saveEvents: (events: readonly Event[]) => Promise<void>;
  readonly #turns: WriteTurns;
  #group: Group<Event> | undefined;
  /** What goes before the next statement: it costs no message of its own. */
  #ahead: Statement[] = [];
  #durable = true;

  /** `saveEvents` writes through `run` of this object, inside the group's transaction. */
  constructor(
    connection: SqliteConnection,
    saveEvents: (events: readonly Event[]) => Promise<void>,
    refuse: Refuse,
  ) {
    this.#turns = new WriteTurns(refuse);
    this.#connection = connection;
    this.#saveEvents = saveEvents;
  }

  take(durable: boolean): Promise<void> {
    return this.#turns.take(durable);
  }

  begin(durable: boolean): void {
    if (this.#group === undefined) {
      const done = Promise.withResolvers<void>();
      // Nobody may be waiting when the group fails: its only member hears of it otherwise.
      done.promise.catch(() => undefined);
      this.#group = { durable, members: 0, events: [], done };
      const mode = durable ? DURABLE : RELAXED;
      this.#ahead = this.#durable === durable ? [BEGIN] : [mode, BEGIN];
      this.#durable = durable;
    }
    this.#ahead.push(MEMBER);
  }

  /** Runs a statement of the transaction whose turn it is. */
  run(last: Statement): Promise<StatementResult> {
    const statements = [...this.#ahead, last];
    this.#ahead = [];
    return this.#connection.run(statements);
  }

  /** Adds to the events of the group; called in a transaction's turn, as its last act. */
  addEvents(events: readonly Event[]): void {
    this.#group?.events.push(...events);
  }

  /** Keeps the change, passes the turn, and resolves when it is committed. */
  async commit(): Promise<void> {
    const group = this.#group;
    if (group === undefined) throw new Error("There is no transaction to commit");
    group.members += 1;
    this.#ahead.push(KEEP_MEMBER);
    if (this.#mayGrow(group)) {
      this.#turns.pass();
      return group.done.promise;
    }
    try {
      await this.#end(group);
    } catch (error) {
      await this.#giveUp(error);
      throw error;
    } finally {
      this.#turns.pass();
    }
    return undefined;
  }

  #mayGrow(group: Group<Event>): boolean {
    return group.members < MEMBERS && this.#turns.hasNext(group.durable);
  }

  async #end(group: Group<Event>): Promise<void> {
    if (group.events.length > 0) await this.#saveEvents(group.events);
    await this.run(COMMIT);
    this.#group = undefined;
    group.done.resolve();
  }

  /** Undoes this change alone, and passes the turn. The group's other changes go on. */
  async rollback(): Promise<void> {
    const group = this.#group;
    if (group === undefined) return;
    try {
      // At once: where SQLite has undone the whole transaction by itself, this says so.
      await this.run(UNDO_MEMBER);
      this.#ahead.push(KEEP_MEMBER);
      if (!this.#mayGrow(group)) await this.#end(group);
    } catch (error) {
      await this.#giveUp(error);
    } finally {
      this.#turns.pass();
    }
  }

  /** For a turn that was taken and never began. */
  async skip(): Promise<void> {
    const group = this.#group;
    try {
      if (group !== undefined && !this.#mayGrow(group)) await this.#end(group);
    } catch (error) {
      await this.#giveUp(error);
    } finally {
      this.#turns.pass();
    }
  }

  // SQLite undoes the whole transaction by itself on a full or failing disk: every member has failed.
  async #giveUp(reason: unknown): Promise<void> {
    this.#group?.done.reject(reason);
    this.#group = undefined;
    this.#ahead = [];
    try {
      await this.#connection.run([ROLLBACK]);
    } catch {
      // It was undone already.
    }
  }
}
