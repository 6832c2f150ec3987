import { type ExpressionBuilder, sql } from "kysely";
import type { Schema, Store, Tx } from "../store/index.ts";
import type { DeadTask } from "./task-handler.ts";

/** A task that is taken for an attempt. */
export type ClaimedTask = {
  readonly id: string;
  readonly kind: string;
  readonly key: string | null;
  readonly payload: unknown;
  /** Of this attempt, from 1. */
  readonly attempt: number;
};

/** As its row says. */
type DueTask = Omit<ClaimedTask, "payload"> & { readonly payload: string };

/** What the runner is told of tasks that it does not take. */
export type Look = {
  readonly claimed: readonly ClaimedTask[];
  /** When the next one is due; undefined where there is none. */
  readonly next: number | undefined;
};

/** Unix milliseconds: the moment, and until when tasks are taken. */
type Times = { readonly now: number; readonly lease: number };

/** Where tasks stand in the database, and how one program takes them from it. */
export class TaskQueue {
  readonly #store: Store;
  readonly #kinds: readonly string[];

  constructor(store: Store, kinds: readonly string[]) {
    this.#store = store;
    this.#kinds = kinds;
  }

  /** Frees what a program that is gone had taken. For a program that is alone with its database. */
  async recover(): Promise<void> {
    const taken = await this.#store.db
      .selectFrom("tasks")
      .select("id")
      .where("leased_until", "is not", null)
      .execute();
    if (taken.length === 0) return;
    await this.#store.commit((tx) => tx.updateTable("tasks").set({ leased_until: null }).execute());
  }

  /** Takes up to `limit` due tasks until `lease`, the longest due first; none of those that run here. */
  async claim(
    limit: number,
    { now, lease, running }: Times & { readonly running: readonly string[] },
  ): Promise<Look> {
    if (this.#kinds.length === 0) return { claimed: [], next: undefined };
    const due = await this.#due(limit, now, running);
    const claimed =
      due.length === 0
        ? []
        : await this.#store.commit((tx) => this.#lease(tx, due, { now, lease }));
    return { claimed, next: await this.#next(running) };
  }

  /** What runs here is taken for longer. */
  async renew(running: readonly string[], lease: number): Promise<void> {
    await this.#store.commit((tx) =>
      tx
        .updateTable("tasks")
        .set({ leased_until: lease })
        .where("id", "in", running)
        .where("leased_until", "is not", null)
        .execute(),
    );
  }

  /** The attempt succeeded. One that was wished for anew meanwhile stays. */
  async done(task: ClaimedTask): Promise<void> {
    await this.#store.commit(async (tx) => {
      if (!(await removed(tx, task))) await freed(tx, task);
    });
  }

  /** The attempt failed: it comes again at `at`. */
  async failed(task: ClaimedTask, at: number, error: string): Promise<void> {
    await this.#store.commit(async (tx) => {
      await tx
        .updateTable("tasks")
        .set({ at, last_error: error })
        .where("id", "=", task.id)
        .where("attempt", "=", task.attempt)
        .execute();
      await freed(tx, task);
    });
  }

  /** The program stops: the attempt does not count. */
  async released(task: ClaimedTask): Promise<void> {
    await this.#store.commit(async (tx) => {
      await tx
        .updateTable("tasks")
        .set({ attempt: task.attempt - 1 })
        .where("id", "=", task.id)
        .where("attempt", "=", task.attempt)
        .execute();
      await freed(tx, task);
    });
  }

  /** It is given up, and `hooks` are told in the same transaction. */
  async dead(
    task: ClaimedTask,
    error: string,
    hooks: (tx: Tx, dead: DeadTask) => Promise<void>,
  ): Promise<void> {
    const { kind, key, payload, attempt } = task;
    await this.#store.commit(async (tx) => {
      if (await removed(tx, task)) {
        await hooks(tx, { kind, key, payload, attempts: attempt, error });
      } else await freed(tx, task);
    });
  }

  #due(limit: number, now: number, running: readonly string[]): Promise<readonly DueTask[]> {
    return this.#store.db
      .selectFrom("tasks")
      .select(["id", "kind", "key", "payload", "attempt"])
      .where("kind", "in", this.#kinds)
      .where("at", "<=", now)
      .where(isFree(now))
      .$if(running.length > 0, (others) => others.where("id", "not in", running))
      .orderBy("at")
      .orderBy("id")
      .limit(limit)
      .execute();
  }

  async #lease(tx: Tx, due: readonly DueTask[], { now, lease }: Times): Promise<ClaimedTask[]> {
    const claimed: ClaimedTask[] = [];
    for (const { id, kind, key, payload, attempt } of due) {
      // Another program, or a wish that moved it, may have been quicker.
      const { numUpdatedRows } = await tx
        .updateTable("tasks")
        .set({ attempt: attempt + 1, leased_until: lease })
        .where("id", "=", id)
        .where("attempt", "=", attempt)
        .where("at", "<=", now)
        .where(isFree(now))
        .executeTakeFirst();
      if (numUpdatedRows === 0n) continue;
      claimed.push({ id, kind, key, payload: JSON.parse(payload), attempt: attempt + 1 });
    }
    return claimed;
  }

  /** When the next one may be taken, if only as another program does not end it. */
  async #next(running: readonly string[]): Promise<number | undefined> {
    const row = await this.#store.db
      .selectFrom("tasks")
      .select(
        sql<number | null>`min(case when leased_until > at then leased_until else at end)`.as("at"),
      )
      .where("kind", "in", this.#kinds)
      .$if(running.length > 0, (others) => others.where("id", "not in", running))
      .executeTakeFirst();
    return row?.at ?? undefined;
  }
}

const isFree = (now: number) => (where: ExpressionBuilder<Schema, "tasks">) =>
  where.or([where("leased_until", "is", null), where("leased_until", "<=", now)]);

/** Whether this attempt's task was there, and is no more. */
async function removed(tx: Tx, task: ClaimedTask): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom("tasks")
    .where("id", "=", task.id)
    .where("attempt", "=", task.attempt)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

async function freed(tx: Tx, task: ClaimedTask): Promise<void> {
  await tx.updateTable("tasks").set({ leased_until: null }).where("id", "=", task.id).execute();
}
