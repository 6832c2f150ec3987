import { setTimeout as delay } from "node:timers/promises";
import { errors, Fault, type NewEvent } from "@oxbow/contract";
import { plus } from "@oxbow/media";
import type { World } from "../world.ts";
import type { Job, JobChange, JobError, JobKind, StoredJob } from "./job.ts";
import type { JobQuery, JobStore } from "./ports.ts";
import { RunningJob } from "./running-job.ts";
import { AT_ONCE, isFinished, type JobInput, step } from "./step.ts";
import { Wakeful } from "./wakeful.ts";

/** Jobs that may be unfinished at one time. */
const UNFINISHED = 10_000;
/** Jobs looked at in one go. */
const PAGE = 500;
const POLL_MS = 1_000;
const WAITING_POLL_MS = 5_000;
const CLOSE_TIMEOUT_MS = 10_000;
const SAVE_AGAIN_MS = 5_000;

export type JobsOptions<Tx> = {
  readonly store: JobStore<Tx>;
  readonly kinds: readonly JobKind<Tx>[];
  readonly world: World;
  /** This run of this server, unlike any other. */
  readonly owner: string;
  /** Jobs that this server works on at one time, of all kinds that tell no number of their own. */
  readonly running: number;
  readonly leaseMs: number;
};

/** What a start found of the jobs of a server that is gone. */
export type JobsRecovery = {
  /** To be worked on again. */
  readonly requeued: readonly string[];
  /** Their attempts were spent. */
  readonly failed: readonly string[];
};

export type NewJob = {
  readonly id?: string;
  readonly stream: string | null;
  readonly spec: unknown;
  readonly state: "queued" | "waiting";
};

/** Does in the job's own transaction what must exist with it, and answers its events. */
export type Alongside<Tx> = (tx: Tx, job: Job) => Promise<readonly NewEvent[]>;

/** The queue of durable jobs, and the workers of this server. */
export interface Jobs<Tx> extends AsyncDisposable {
  /** Takes back the jobs of a dead server, and begins to work. */
  start(): Promise<JobsRecovery>;
  /** Fault `limit_reached` when 10,000 jobs have not ended. */
  create(kind: string, job: NewJob, alongside?: Alongside<Tx>): Promise<Job>;
  get(id: string): Promise<Job | undefined>;
  /** Newest first. */
  list(query: JobQuery): Promise<{ items: readonly Job[]; next: string | null }>;
  /** Ends the job at once; its worker is told, and what it still makes is not kept. Fault `export_unknown`, `export_finished`. */
  abort(id: string, by: string, why: string): Promise<Job>;
  /**
   * A failed or aborted job once more, as a new job of the same spec that names the old one in
   * `retryOf`: the old one has had its one end. Fault `export_unknown`, `export_unfinished`,
   * `export_finished` for one that is ready.
   */
  retry(id: string, alongside?: Alongside<Tx>): Promise<Job>;
  /** To be called when waiting jobs may have become ready to run; cheap to call often. */
  recheckWaiting(): void;
}

type Working = { readonly running: RunningJob; readonly done: Promise<void> };

class JobQueue<Tx> implements Jobs<Tx> {
  readonly #options: JobsOptions<Tx>;
  readonly #kinds: ReadonlyMap<string, JobKind<Tx>>;
  readonly #names: readonly string[];
  readonly #working = new Map<string, Working>();
  readonly #taking: Wakeful;
  readonly #admitting: Wakeful;
  readonly #renewing: Wakeful;
  #closing: Promise<void> | undefined;

  constructor(options: JobsOptions<Tx>) {
    this.#options = options;
    this.#kinds = new Map(options.kinds.map((kind) => [kind.kind, kind]));
    this.#names = [...this.#kinds.keys()];
    const failed = (err: unknown): void => options.world.log.error({ err }, "jobs stand still");
    this.#taking = new Wakeful(() => this.#take(), POLL_MS, failed);
    this.#admitting = new Wakeful(() => this.#admit(), WAITING_POLL_MS, failed);
    this.#renewing = new Wakeful(() => this.#renew(), options.leaseMs / 3, failed);
  }

  async start(): Promise<JobsRecovery> {
    const { store, world } = this.#options;
    const recovery = { requeued: Array<string>(), failed: Array<string>() };
    // Once more for as long as a full page comes: each one that is lost leaves the running ones.
    const recover = async (page: () => Promise<readonly string[]>): Promise<void> => {
      let ids: readonly string[];
      do {
        ids = await page();
        for (const id of ids) {
          const job = await this.#lose(id);
          if (job !== undefined) recovery[job.state === "failed" ? "failed" : "requeued"].push(id);
        }
      } while (ids.length >= PAGE);
    };
    const alone = await store.whileAlone(() =>
      recover(async () => (await store.inState(this.#names, "running", PAGE)).map(({ id }) => id)),
    );
    if (!alone) await recover(() => store.expired(this.#names, world.now(), PAGE));
    this.#taking.start();
    this.#admitting.start();
    this.#renewing.start();
    return recovery;
  }

  async create(kind: string, job: NewJob, alongside?: Alongside<Tx>): Promise<Job> {
    return this.#insert(kind, job, null, alongside);
  }

  async get(id: string): Promise<Job | undefined> {
    const stored = await this.#options.store.get(id);
    return stored && visible(stored);
  }

  async list(query: JobQuery): Promise<{ items: readonly Job[]; next: string | null }> {
    const { items, next } = await this.#options.store.list(query);
    return { items: items.map(visible), next };
  }

  async abort(id: string, by: string, why: string): Promise<Job> {
    const job = await this.#change(id, () => ({ do: "abort", by, why }));
    if (job === undefined) {
      const found = await this.#known(id);
      throw new Fault("export_finished", `Cannot abort "${id}": it is ${found.state}`);
    }
    this.#working.get(id)?.running.stop(`Aborted by ${by}`);
    return visible(job);
  }

  async retry(id: string, alongside?: Alongside<Tx>): Promise<Job> {
    const job = await this.#known(id);
    if (job.state !== "failed" && job.state !== "aborted") {
      const code = isFinished(job) ? "export_finished" : "export_unfinished";
      throw new Fault(code, `Cannot retry "${id}": it is ${job.state}`);
    }
    const { kind, stream, spec } = job;
    return this.#insert(kind, { stream, spec, state: "waiting" }, id, alongside);
  }

  recheckWaiting(): void {
    this.#admitting.wake();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    await Promise.all([this.#taking.stop(), this.#admitting.stop()]);
    const working = [...this.#working.values()];
    for (const { running } of working) running.stop("The server stops");
    const done = Promise.all(working.map((each) => each.done));
    const timer = new AbortController();
    await Promise.race([done, delay(CLOSE_TIMEOUT_MS, undefined, timer).catch(() => undefined)]);
    timer.abort();
    await this.#renewing.stop();
  }

  async #known(id: string): Promise<StoredJob> {
    const job = await this.#options.store.get(id);
    if (job === undefined) throw new Fault("export_unknown", `There is no export "${id}"`);
    return job;
  }

  #kind(name: string): JobKind<Tx> {
    const kind = this.#kinds.get(name);
    if (kind === undefined) throw new Error(`No worker knows jobs of kind "${name}"`);
    return kind;
  }

  async #insert(
    kindName: string,
    { id, stream, spec, state }: NewJob,
    retryOf: string | null,
    alongside: Alongside<Tx> = async () => [],
  ): Promise<Job> {
    const { store, world } = this.#options;
    const kind = this.#kind(kindName);
    const now = world.now();
    const stored: StoredJob = {
      id: id ?? world.id(kind.idPrefix),
      kind: kindName,
      stream,
      state,
      attempt: 0,
      maxAttempts: kind.maxAttempts,
      spec,
      progress: { percent: 0, bytes: 0, secondsLeft: null },
      result: null,
      error: null,
      retryOf,
      createdAt: now,
      updatedAt: now,
      lease: null,
      notBefore: AT_ONCE,
    };
    const job = visible(stored);
    await store.commit(async (tx) => {
      if ((await store.unfinished(tx)) >= UNFINISHED) {
        throw new Fault("limit_reached", `Cannot queue another job: ${UNFINISHED} have not ended`);
      }
      await store.insert(tx, stored);
      return { value: undefined, events: await alongside(tx, job) };
    });
    if (state === "queued") this.#taking.wake();
    else this.#admitting.wake();
    return job;
  }

  /** One step of a job with its events; nothing when the input does not fit. */
  #change(id: string, input: (job: StoredJob) => JobInput): Promise<StoredJob | undefined> {
    const { store } = this.#options;
    return store.commit(async (tx) => {
      const was = await store.lock(tx, id);
      return was === undefined ? NOTHING : this.#apply(tx, was, input(was));
    });
  }

  async #apply(tx: Tx, was: StoredJob, input: JobInput) {
    const next = step(was, input, this.#options.world.now());
    if (next === undefined || !(await this.#options.store.save(tx, next.job, was))) return NOTHING;
    return { value: next.job, events: await this.#told(tx, next.job, next.change) };
  }

  async #told(tx: Tx, job: StoredJob, change: JobChange | null): Promise<readonly NewEvent[]> {
    return change === null ? [] : this.#kind(job.kind).onChange(tx, visible(job), change);
  }

  #lose(id: string): Promise<StoredJob | undefined> {
    return this.#change(id, ({ attempt }) => ({ do: "lose", attempt }));
  }

  async #admit(): Promise<void> {
    const waiting = await this.#options.store.inState(this.#names, "waiting", PAGE);
    let admitted = false;
    for (const job of waiting) {
      const kind = this.#kind(job.kind);
      if (kind.mayRun !== undefined && !(await kind.mayRun(visible(job)))) continue;
      admitted = (await this.#change(job.id, () => ({ do: "admit" }))) !== undefined || admitted;
    }
    if (admitted) this.#taking.wake();
  }

  async #take(): Promise<void> {
    const { store, world, owner, leaseMs } = this.#options;
    for (const id of await store.expired(this.#names, world.now(), PAGE)) {
      if (!this.#working.has(id)) await this.#lose(id);
    }
    for (let kinds = this.#free(); kinds.length > 0; kinds = this.#free()) {
      const wanted = kinds;
      if (!(await store.hasQueued(wanted, world.now()))) return;
      const job = await store.commit(async (tx) => {
        const now = world.now();
        const next = await store.lockNext(tx, wanted, now);
        if (next === undefined) return NOTHING;
        return this.#apply(tx, next, { do: "lease", owner, until: plus(now, leaseMs) });
      });
      if (job === undefined) return;
      this.#launch(job);
    }
  }

  /** Kinds of which another job may be taken now. */
  #free(): readonly string[] {
    const own = (name: string): number | undefined => this.#kinds.get(name)?.running;
    const working = [...this.#working.values()].map(({ running }) => running.job.kind);
    const shared = working.filter((kind) => own(kind) === undefined).length;
    return this.#names.filter((name) => {
      const most = own(name);
      if (most === undefined) return shared < this.#options.running;
      return working.filter((kind) => kind === name).length < most;
    });
  }

  #launch(job: StoredJob): void {
    const holder = { owner: this.#options.owner, attempt: job.attempt };
    const running = new RunningJob(visible(job), holder, job.lease?.until ?? job.updatedAt, (p) =>
      this.#progress(job.id, { do: "progress", holder, progress: p }),
    );
    const done = this.#work(running).finally(() => {
      running[Symbol.dispose]();
      this.#working.delete(job.id);
      this.#taking.wake();
    });
    this.#working.set(job.id, { running, done });
  }

  async #progress(id: string, input: JobInput): Promise<void> {
    try {
      await this.#change(id, () => input);
    } catch (err) {
      // The work itself goes on; the next progress tells more.
      this.#options.world.log.warn({ err, job: id }, "the progress of a job was not saved");
    }
  }

  async #work(running: RunningJob): Promise<void> {
    const { job, holder, signal, report } = running;
    const { log } = this.#options.world;
    let input: JobInput;
    try {
      const result = await this.#kind(job.kind).run(job, { signal, report });
      input = { do: "finish", holder, result };
    } catch (err) {
      // Aborted, or given to another: the end of this attempt is not ours to tell.
      if (signal.aborted && this.#closing === undefined) return;
      if (!(err instanceof Fault)) log.error({ err, job: job.id }, "a job met a fault of ours");
      input = signal.aborted
        ? { do: "release", holder }
        : { do: "fault", holder, error: errorOf(err), random: Math.random() };
    }
    await running.settled();
    await this.#conclude(running, input);
  }

  /** Saves how an attempt ended; while the database is away or full, again for as long as the lease holds. */
  async #conclude(running: RunningJob, end: JobInput): Promise<void> {
    const { job, holder } = running;
    let input = end;
    for (let wait = 100; ; wait = Math.min(SAVE_AGAIN_MS, wait * 2)) {
      try {
        await this.#change(job.id, () => input);
        return;
      } catch (err) {
        this.#options.world.log.error({ err, job: job.id }, "the end of a job was not saved");
        if (!isPassing(err)) {
          // What must commit with the end is refused: that is a fault of the attempt, told once.
          if (input.do !== "finish") return;
          input = { do: "fault", holder, error: errorOf(err), random: Math.random() };
        }
      }
      if (running.signal.aborted) return;
      await delay(wait, undefined, { signal: running.signal }).catch(() => undefined);
    }
  }

  async #renew(): Promise<void> {
    const { store, world, owner, leaseMs } = this.#options;
    const held = [...this.#working.values()].map(({ running }) => running);
    if (held.length === 0) return;
    const until = plus(world.now(), leaseMs);
    try {
      const leases = held.map(({ job, holder }) => ({ id: job.id, attempt: holder.attempt }));
      const renewed = await store.renew(owner, leases, until);
      for (const running of held) {
        if (renewed.has(running.job.id)) running.leaseUntil = until;
        else running.stop("The lease is lost");
      }
    } catch (err) {
      world.log.warn({ err }, "the leases of jobs were not renewed");
      for (const running of held) {
        if (running.leaseUntil < world.now()) running.stop("The lease is lost");
      }
    }
  }
}

const NOTHING = { value: undefined, events: [] } as const;

/** The queue; it works from its `start` on. */
export function createJobs<Tx>(options: JobsOptions<Tx>): Jobs<Tx> {
  return new JobQueue(options);
}

function visible({ lease: _lease, notBefore: _notBefore, ...job }: StoredJob): Job {
  return job;
}

function errorOf(error: unknown): JobError {
  if (error instanceof Fault) {
    const { code, message, details } = error;
    const { retryable } = errors[code];
    const { detail } = details;
    return { code, message, retryable, ...(typeof detail === "string" ? { detail } : {}) };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: "internal", message, retryable: errors.internal.retryable };
}

function isPassing(error: unknown): boolean {
  return error instanceof Fault && error.code !== "internal" && errors[error.code].retryable;
}
