import { millis } from "@oxbow/media";
import type { Selectable } from "kysely";
import type { JobQuery, JobStore, StoredJob } from "../jobs/index.ts";
import type { JobsTable } from "./schema.ts";
import type { OpenStore, Tx } from "./store.ts";

/** Jobs in the database. */
export function jobStore(store: OpenStore): JobStore<Tx> {
  const { db } = store;
  // SQLite has one writing transaction at a time, and no word for it.
  const locks = store.dialect === "postgres";
  return {
    whileAlone: (work) => store.whileAlone(work),
    commit: (work) => store.commit(work),
    async get(id) {
      const row = await db.selectFrom("jobs").selectAll().where("id", "=", id).executeTakeFirst();
      return row && jobOf(row);
    },
    list: (query) => listJobs(store, query),
    async inState(kinds, state, limit) {
      const rows = await db
        .selectFrom("jobs")
        .selectAll()
        .where("kind", "in", kinds)
        .where("state", "=", state)
        .orderBy("id")
        .limit(limit)
        .execute();
      return rows.map(jobOf);
    },
    async expired(kinds, now, limit) {
      const rows = await db
        .selectFrom("jobs")
        .select("id")
        .where("kind", "in", kinds)
        .where("state", "=", "running")
        .where("lease_until", "<", now)
        .limit(limit)
        .execute();
      return rows.map(({ id }) => id);
    },
    async hasQueued(kinds, now) {
      const row = await queued(store.db, kinds, now).select("id").limit(1).executeTakeFirst();
      return row !== undefined;
    },
    async unfinished(tx) {
      const row = await tx
        .selectFrom("jobs")
        .select(({ fn }) => fn.countAll<number>().as("count"))
        .where("state", "in", ["waiting", "queued", "running"])
        .executeTakeFirstOrThrow();
      return row.count;
    },
    async insert(tx, job) {
      await tx.insertInto("jobs").values(rowOf(job)).execute();
    },
    async lock(tx, id) {
      const row = await tx
        .selectFrom("jobs")
        .selectAll()
        .where("id", "=", id)
        .$if(locks, (query) => query.forUpdate())
        .executeTakeFirst();
      return row && jobOf(row);
    },
    async lockNext(tx, kinds, now) {
      const row = await queued(tx, kinds, now)
        .selectAll()
        .orderBy("not_before")
        .orderBy("id")
        .limit(1)
        .$if(locks, (query) => query.forUpdate().skipLocked())
        .executeTakeFirst();
      return row && jobOf(row);
    },
    save: saveJob,
    renew: (owner, leases, until) =>
      store.relaxed(async (tx) => {
        const held = new Set<string>();
        for (const { id, attempt } of leases) {
          const { numUpdatedRows } = await tx
            .updateTable("jobs")
            .set({ lease_until: until })
            .where("id", "=", id)
            .where("state", "=", "running")
            .where("lease_owner", "=", owner)
            .where("attempt", "=", attempt)
            .executeTakeFirst();
          if (numUpdatedRows > 0n) held.add(id);
        }
        return held;
      }),
  };
}

function queued(db: OpenStore["db"], kinds: readonly string[], now: number) {
  return db
    .selectFrom("jobs")
    .where("kind", "in", kinds)
    .where("state", "=", "queued")
    .where("not_before", "<=", now);
}

async function listJobs({ db }: OpenStore, { kinds, stream, state, limit, cursor }: JobQuery) {
  let query = db.selectFrom("jobs").selectAll().where("kind", "in", kinds);
  if (stream !== undefined) query = query.where("stream_id", "=", stream);
  if (state !== undefined) query = query.where("state", "=", state);
  if (cursor !== undefined) query = query.where("id", "<", cursor);
  const rows = await query
    .orderBy("id", "desc")
    .limit(limit + 1)
    .execute();
  const items = rows.slice(0, limit).map(jobOf);
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}

async function saveJob(tx: Tx, job: StoredJob, was: StoredJob): Promise<boolean> {
  const { id: _id, kind: _kind, created_at: _createdAt, retry_of: _retryOf, ...row } = rowOf(job);
  const { numUpdatedRows } = await tx
    .updateTable("jobs")
    .set(row)
    .where("id", "=", was.id)
    // Whatever happened between: a job that has ended is never written again.
    .where("state", "=", was.state)
    .where("attempt", "=", was.attempt)
    .where("state", "in", ["waiting", "queued", "running"])
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));

function rowOf(job: StoredJob): Selectable<JobsTable> {
  return {
    id: job.id,
    kind: job.kind,
    stream_id: job.stream,
    state: job.state,
    attempt: job.attempt,
    max_attempts: job.maxAttempts,
    lease_owner: job.lease?.owner ?? null,
    lease_until: job.lease?.until ?? null,
    not_before: job.notBefore,
    spec: JSON.stringify(job.spec),
    progress: JSON.stringify(job.progress),
    result: json(job.result ?? null),
    error: json(job.error),
    retry_of: job.retryOf,
    created_at: job.createdAt,
    updated_at: job.updatedAt,
  };
}

function jobOf(row: Selectable<JobsTable>): StoredJob {
  return {
    id: row.id,
    kind: row.kind,
    stream: row.stream_id,
    state: row.state,
    attempt: row.attempt,
    maxAttempts: row.max_attempts,
    lease:
      row.lease_owner === null || row.lease_until === null
        ? null
        : { owner: row.lease_owner, until: millis(row.lease_until) },
    notBefore: millis(row.not_before),
    spec: JSON.parse(row.spec),
    progress: JSON.parse(row.progress),
    result: row.result === null ? null : JSON.parse(row.result),
    error: row.error === null ? null : JSON.parse(row.error),
    retryOf: row.retry_of,
    createdAt: millis(row.created_at),
    updatedAt: millis(row.updated_at),
  };
}
