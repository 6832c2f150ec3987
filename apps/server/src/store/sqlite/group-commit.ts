import type { SqliteConnection } from "./sqlite-connection.ts";
import type { Statement } from "./wire.ts";
import { WriteTurns } from "./write-turns.ts";

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

type Group = {
  readonly durable: boolean;
  members: number;
  readonly done: PromiseWithResolvers<void>;
};

/**
 * Transactions of one SQLite connection, one at a time. Those that wait while another runs join it, each
 * in a savepoint of its own, and one commit (one fsync) serves them all: each is told of its success
 * only after it.
 */
export class GroupCommit {
  readonly #connection: SqliteConnection;
  readonly #turns = new WriteTurns();
  #group: Group | undefined;
  #durable = true;

  constructor(connection: SqliteConnection) {
    this.#connection = connection;
  }

  take(durable: boolean): Promise<void> {
    return this.#turns.take(durable);
  }

  async begin(durable: boolean): Promise<void> {
    if (this.#group === undefined) {
      const mode = this.#durable === durable ? [] : [durable ? DURABLE : RELAXED];
      await this.#connection.run([...mode, BEGIN, MEMBER]);
      this.#durable = durable;
      const done = Promise.withResolvers<void>();
      // Nobody may be waiting when the group fails: its only member hears of it otherwise.
      done.promise.catch(() => undefined);
      this.#group = { durable, members: 0, done };
    } else {
      await this.#connection.run([MEMBER]);
    }
  }

  /** Keeps the change, passes the turn, and resolves when it is committed. */
  async commit(): Promise<void> {
    const group = this.#group;
    if (group === undefined) throw new Error("There is no transaction to commit");
    group.members += 1;
    const last = [KEEP_MEMBER, COMMIT];
    try {
      if (this.#mayGrow(group)) {
        await this.#connection.run([KEEP_MEMBER]);
        last.shift();
        // Again: the one that waited may have given up meanwhile, and a group needs its last member.
        if (this.#mayGrow(group)) return await this.#leaveTo(group);
      }
      await this.#connection.run(last);
      this.#group = undefined;
      group.done.resolve();
      this.#turns.pass();
    } catch (error) {
      if (this.#group === group) {
        await this.#giveUp(error);
        this.#turns.pass();
      }
      throw error;
    }
    return undefined;
  }

  #mayGrow(group: Group): boolean {
    return group.members < MEMBERS && this.#turns.hasNext(group.durable);
  }

  #leaveTo(group: Group): Promise<void> {
    this.#turns.pass();
    return group.done.promise;
  }

  /** Undoes this change alone, and passes the turn. The group's other changes go on. */
  async rollback(): Promise<void> {
    const group = this.#group;
    if (group === undefined) return;
    try {
      await this.#connection.run([UNDO_MEMBER, KEEP_MEMBER]);
      if (!this.#mayGrow(group)) {
        await this.#connection.run([group.members > 0 ? COMMIT : ROLLBACK]);
        this.#group = undefined;
        group.done.resolve();
      }
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
      if (group === undefined || this.#turns.hasNext(group.durable)) return;
      await this.#connection.run([group.members > 0 ? COMMIT : ROLLBACK]);
      this.#group = undefined;
      group.done.resolve();
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
    try {
      await this.#connection.run([ROLLBACK]);
    } catch {
      // It was undone already.
    }
  }
}
