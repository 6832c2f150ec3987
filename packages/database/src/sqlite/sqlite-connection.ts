import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { DatabaseError } from "../database-error.ts";
import type { Refuse } from "../refusal.ts";
import type { Reply, Request, Statement, StatementResult, WorkerSettings } from "./wire.ts";

/** Requests that may wait for one worker. */
const LIMIT = 10_000;
const OPEN_TIMEOUT_MS = 30_000;
const CLOSE_TIMEOUT_MS = 10_000;

type Waiting = { resolve(result: StatementResult): void; reject(error: unknown): void };

/** One SQLite connection in a worker thread of its own; statements run in the order of the calls. */
export class SqliteConnection implements AsyncDisposable {
  readonly #worker: Worker;
  readonly #refuse: Refuse;
  readonly #waiting = new Map<number, Waiting>();
  #next = 1;
  #outbox: Request[] = [];
  #ended: Error | undefined;

  private constructor(worker: Worker, refuse: Refuse) {
    this.#worker = worker;
    this.#refuse = refuse;
    worker.on("message", (replies: readonly Reply[]) => this.#settle(replies));
    worker.on("error", (error) => this.#end(error));
    worker.on("exit", () => this.#end(new Error("The database worker has ended")));
  }

  /** Opens the file. A `write` connection locks it against other servers, and refuses when it is locked. */
  static async open(settings: WorkerSettings, refuse: Refuse): Promise<SqliteConnection> {
    const worker = new Worker(new URL("./sqlite-worker.ts", import.meta.url), {
      workerData: settings,
    });
    const signal = AbortSignal.timeout(OPEN_TIMEOUT_MS);
    await once(worker, "online", { signal });
    const connection = new SqliteConnection(worker, refuse);
    await connection.run([{ sql: "select 1", parameters: [] }]);
    return connection;
  }

  /** Runs statements, and answers the last one's rows. Throws `DatabaseError`. */
  run(statements: readonly Statement[]): Promise<StatementResult> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    if (this.#waiting.size >= LIMIT) {
      return Promise.reject(
        this.#refuse("unavailable", "Too many statements wait for the database"),
      );
    }
    const id = this.#next++;
    // What is asked for in one turn of the event loop goes over in one message.
    if (this.#outbox.length === 0) queueMicrotask(() => this.#send());
    this.#outbox.push({ id, statements });
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #send(): void {
    const requests = this.#outbox;
    this.#outbox = [];
    try {
      this.#worker.postMessage(requests, []);
    } catch (error) {
      // A parameter that can't be cloned: the caller's mistake, told to every caller of this turn.
      for (const { id } of requests) {
        this.#waiting.get(id)?.reject(error);
        this.#waiting.delete(id);
      }
    }
  }

  #settle(replies: readonly Reply[]): void {
    for (const reply of replies) {
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if ("result" in reply) waiting?.resolve(reply.result);
      else waiting?.reject(new DatabaseError(reply.failed.message, reply.failed.code));
    }
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ended !== undefined) return;
    const ended = once(this.#worker, "exit", { signal: AbortSignal.timeout(CLOSE_TIMEOUT_MS) });
    // After what is still in the outbox.
    queueMicrotask(() => this.#worker.postMessage("close", []));
    await ended.catch(() => this.#worker.terminate());
  }
}
