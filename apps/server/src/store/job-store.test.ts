import assert from "node:assert/strict";
import { once } from "node:events";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Fault } from "@oxbow/contract";
import { plus } from "@oxbow/media";
import { createJobs, type Job, type JobKind, type Jobs } from "../jobs/index.ts";
import { type OnDatabase, onBothDatabases } from "./databases-for-tests.ts";
import { jobStore } from "./job-store.ts";
import { openStore } from "./open-store.ts";
import type { OpenStore, Tx } from "./store.ts";

const { test, onPostgres } = await onBothDatabases();

type Run = JobKind<Tx>["run"];

/** Jobs whose work is the test's, each change of which becomes a row in the event log. */
function jobsOf({ store, world }: Pick<OnDatabase, "store" | "world">, run: Run, more = {}) {
  const kind: JobKind<Tx> = {
    kind: "export",
    idPrefix: "exp",
    maxAttempts: 3,
    run,
    onChange: async (_tx, job, change) => [
      { type: "stream_updated", data: { job: job.id, change, attempt: job.attempt } },
    ],
    ...more,
  };
  return createJobs<Tx>({
    store: jobStore(store),
    kinds: [kind],
    world,
    owner: "me",
    running: 2,
    leaseMs: 15_000,
  });
}

async function changes(store: OpenStore): Promise<string[]> {
  const rows = await store.db.selectFrom("events").select("data").orderBy("sequence").execute();
  return rows.map(({ data }) => {
    const { change, attempt }: { change: string; attempt: number } = JSON.parse(data);
    return `${change} ${attempt}`;
  });
}

/** Waits until the job is as asked for; looks again after each commit with events. */
async function until(
  store: OpenStore,
  jobs: Jobs<Tx>,
  id: string,
  state: Job["state"],
  others: readonly OpenStore[] = [],
): Promise<Job> {
  for (;;) {
    const committed = Promise.withResolvers<void>();
    const stops = [store, ...others].map((one) => one.onCommit(() => committed.resolve()));
    const job = await jobs.get(id);
    if (job?.state !== state) await committed.promise;
    for (const stop of stops) stop();
    if (job?.state === state) return job;
  }
}

/** Waits until a change was told. */
async function untilTold(store: OpenStore, change: string): Promise<void> {
  for (;;) {
    const committed = Promise.withResolvers<void>();
    const stop = store.onCommit(() => committed.resolve());
    const told = await changes(store);
    if (!told.includes(change)) await committed.promise;
    stop();
    if (told.includes(change)) return;
  }
}

const QUEUED = { stream: "str_1", spec: { a: 1 }, state: "queued" } as const;

test("a job runs, and its end commits with its events", async ({ store, world }) => {
  await using jobs = jobsOf({ store, world }, async (job) => ({ doubled: [job.spec, job.spec] }));
  assert.deepEqual(await jobs.start(), { requeued: [], failed: [] });
  const { id } = await jobs.create("export", QUEUED, async (tx, job) => {
    await tx.insertInto("meta").values({ key: job.id, value: "alongside" }).execute();
    return [];
  });
  const job = await until(store, jobs, id, "ready");
  assert.deepEqual(job, {
    id,
    kind: "export",
    stream: "str_1",
    state: "ready",
    attempt: 1,
    maxAttempts: 3,
    spec: { a: 1 },
    progress: { percent: 100, bytes: 0, secondsLeft: 0 },
    result: { doubled: [{ a: 1 }, { a: 1 }] },
    error: null,
    retryOf: null,
    createdAt: world.time,
    updatedAt: world.time,
  });
  assert.deepEqual(await changes(store), ["started 1", "ready 1"]);
  assert.deepEqual(await store.db.selectFrom("meta").select("key").execute(), [{ key: id }]);
});

test("what is done alongside a job that is refused is undone with it", async ({ store, world }) => {
  await using jobs = jobsOf({ store, world }, async () => null);
  const refused = jobs.create("export", QUEUED, async () => {
    throw new Fault("range_evicted", "Gone");
  });
  await assert.rejects(refused, { code: "range_evicted" });
  assert.deepEqual(await jobs.list({ kinds: ["export"], limit: 10 }), { items: [], next: null });
});

test("a fault that may pass is tried again later, one that may not fails the job", async ({
  store,
  world,
}) => {
  await using jobs = jobsOf({ store, world }, async ({ attempt }) => {
    throw attempt === 1
      ? new Fault("storage_full", "The disk is full")
      : new Fault("range_evicted", "The media is gone", { details: { detail: "It burns" } });
  });
  await jobs.start();
  const { id } = await jobs.create("export", QUEUED);
  await untilTold(store, "requeued 1");
  world.time = plus(world.time, 2_000);
  const job = await until(store, jobs, id, "failed");
  assert.deepEqual(job.error, {
    code: "range_evicted",
    message: "The media is gone",
    retryable: false,
    detail: "It burns",
  });
  assert.deepEqual(await changes(store), ["started 1", "requeued 1", "started 2", "failed 2"]);
});

test("an aborted job ends at once, and what its worker still makes is not kept", async ({
  store,
  world,
}) => {
  const began = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  await using jobs = jobsOf({ store, world }, async (_job, { signal, report }) => {
    began.resolve();
    await once(signal, "abort");
    report({ percent: 50, bytes: 1, secondsLeft: 1 });
    ended.resolve();
    return "too late";
  });
  await jobs.start();
  const { id } = await jobs.create("export", QUEUED);
  await began.promise;
  const aborted = await jobs.abort(id, "ann", "Not wanted");
  assert.deepEqual(aborted.error, {
    code: "export_aborted",
    message: "Not wanted",
    retryable: false,
    by: "ann",
  });
  await ended.promise;
  await jobs[Symbol.asyncDispose]();
  assert.deepEqual((await jobs.get(id))?.state, "aborted");
  assert.deepEqual(await changes(store), ["started 1", "aborted 1"]);
  await assert.rejects(jobs.abort(id, "ann", "Again"), { code: "export_finished" });
  await assert.rejects(jobs.abort("exp_none", "ann", ""), { code: "export_unknown" });
});

test("kinds with workers of their own keep none of another kind waiting", async ({
  store,
  world,
}) => {
  const held = Promise.withResolvers<void>();
  const kindOf = (kind: string, running?: number): JobKind<Tx> => ({
    ...{ kind, idPrefix: "exp", maxAttempts: 3, onChange: async () => [] },
    ...(running === undefined ? {} : { running }),
    run: async () => {
      if (kind === "slow") await held.promise;
      return null;
    },
  });
  const kinds = [kindOf("slow", 1), kindOf("export")];
  const options = { store: jobStore(store), kinds, world, owner: "me", leaseMs: 15_000 };
  await using jobs = createJobs<Tx>({ ...options, running: 1 });
  await jobs.start();
  const [first, second] = [await jobs.create("slow", QUEUED), await jobs.create("slow", QUEUED)];
  const quick = await jobs.create("export", QUEUED);
  while ((await jobs.get(quick.id))?.state !== "ready") await nextTurn();
  assert.equal((await jobs.get(first.id))?.state, "running");
  assert.equal((await jobs.get(second.id))?.state, "queued");
  held.resolve();
  while ((await jobs.get(second.id))?.state !== "ready") await nextTurn();
});

test("a waiting job runs when it may", async ({ store, world }) => {
  let sealed = false;
  await using jobs = jobsOf({ store, world }, async () => null, { mayRun: async () => sealed });
  await jobs.start();
  const { id } = await jobs.create("export", { ...QUEUED, state: "waiting" });
  jobs.recheckWaiting();
  assert.equal((await jobs.get(id))?.state, "waiting");
  sealed = true;
  jobs.recheckWaiting();
  await until(store, jobs, id, "ready");
});

test("a job of a dead server is taken again, and the dead one can't end it", async ({
  store,
  world,
}) => {
  const held = Promise.withResolvers<string>();
  const dead = jobsOf({ store, world }, () => held.promise);
  await dead.start();
  const { id } = await dead.create("export", QUEUED);
  await until(store, dead, id, "running");
  // On PostgreSQL the other server may be alive, so its lease has to end first.
  if (store.dialect === "postgres") world.time = plus(world.time, 15_001);
  await using jobs = jobsOf({ store, world }, async ({ attempt }) => `by attempt ${attempt}`);
  assert.deepEqual(await jobs.start(), { requeued: [id], failed: [] });
  const job = await until(store, jobs, id, "ready");
  held.resolve("by the dead");
  await dead[Symbol.asyncDispose]();
  assert.deepEqual((await jobs.get(id))?.result, job.result);
  assert.deepEqual(job.result, "by attempt 2");
  assert.deepEqual(await changes(store), ["started 1", "requeued 1", "started 2", "ready 2"]);
});

test("a server that stops gives its jobs back", async ({ store, world }) => {
  const stopping = jobsOf({ store, world }, async (_job, { signal }) => {
    await once(signal, "abort");
    throw new Error("stopped");
  });
  await stopping.start();
  const { id } = await stopping.create("export", QUEUED);
  await until(store, stopping, id, "running");
  await stopping[Symbol.asyncDispose]();
  assert.equal((await stopping.get(id))?.state, "queued");
  await using jobs = jobsOf({ store, world }, async () => null);
  assert.deepEqual(await jobs.start(), { requeued: [], failed: [] });
  await until(store, jobs, id, "ready");
});

test("progress is told when the percent changes, and not twice in a second", async ({
  store,
  world,
}) => {
  await using jobs = jobsOf({ store, world }, async (_job, { report }) => {
    for (let percent = 0; percent < 100; percent += 0.1) {
      report({ percent, bytes: 10, secondsLeft: 3, checkpoint: { percent } });
    }
    return null;
  });
  await jobs.start();
  const { id } = await jobs.create("export", QUEUED);
  const { progress } = await until(store, jobs, id, "ready");
  assert.deepEqual(await changes(store), ["started 1", "progressed 1", "ready 1"]);
  assert.equal(progress.bytes, 10);
});

test("retry makes a new job of the same spec, for the old one has ended", async ({
  store,
  world,
}) => {
  let fails = true;
  await using jobs = jobsOf({ store, world }, async () => {
    if (fails) throw new Fault("range_evicted", "Gone");
    return null;
  });
  await jobs.start();
  const { id } = await jobs.create("export", QUEUED);
  await until(store, jobs, id, "failed");
  fails = false;
  const again = await jobs.retry(id);
  assert.deepEqual([again.retryOf, again.spec, again.stream], [id, { a: 1 }, "str_1"]);
  await until(store, jobs, again.id, "ready");
  assert.equal((await jobs.get(id))?.state, "failed");
  await assert.rejects(jobs.retry(again.id), { code: "export_finished" });
});

test("when what must commit with the end is refused, the attempt has failed", async ({
  store,
  world,
}) => {
  await using jobs = jobsOf({ store, world }, async () => null, {
    maxAttempts: 1,
    onChange: async (_tx: Tx, job: Job, change: string) => {
      if (change === "ready") throw new Error("no room in the catalogue");
      return [{ type: "stream_updated" as const, data: { change, attempt: job.attempt } }];
    },
  });
  await jobs.start();
  const { id } = await jobs.create("export", QUEUED);
  const job = await until(store, jobs, id, "failed");
  assert.deepEqual(job.error?.message, "no room in the catalogue");
  assert.deepEqual(await changes(store), ["started 1", "failed 1"]);
});

test("lists are newest first, by pages, of a stream or a state", async ({ store, world }) => {
  await using jobs = jobsOf({ store, world }, async () => null);
  const ids: string[] = [];
  for (const stream of ["str_1", "str_2", "str_1"]) {
    ids.push((await jobs.create("export", { ...QUEUED, stream })).id);
  }
  await jobs.abort(ids[0] ?? "", "ann", "");
  const page = async (query: object) => {
    const { items, next } = await jobs.list({ kinds: ["export"], limit: 2, ...query });
    return { ids: items.map(({ id }) => id), next };
  };
  assert.deepEqual(await page({}), { ids: [ids[2], ids[1]], next: ids[1] });
  assert.deepEqual(await page({ cursor: ids[1] }), { ids: [ids[0]], next: null });
  assert.deepEqual(await page({ stream: "str_1" }), { ids: [ids[2], ids[0]], next: null });
  assert.deepEqual(await page({ state: "aborted" }), { ids: [ids[0]], next: null });
});

test("what a server that is gone had taken runs again at once", async ({ store, world }) => {
  const gone = Promise.withResolvers<null>();
  const begun = Promise.withResolvers<void>();
  const run: Run = async ({ attempt }) => {
    begun.resolve();
    return attempt === 1 ? gone.promise : null;
  };
  await using first = jobsOf({ store, world }, run);
  await first.start();
  const { id } = await first.create("export", QUEUED);
  await begun.promise;
  // As where its process ended without a word, and the next one has the database alone.
  await using next = jobsOf({ store, world }, run);
  assert.deepEqual(await next.start(), { requeued: [id], failed: [] });
  assert.equal((await until(store, next, id, "ready")).attempt, 2);
  gone.resolve(null);
});

onPostgres("two servers never run one job at one time", async ({ location, store, world }) => {
  await using other = await openStore(location, world);
  const runs: string[] = [];
  const run: Run = async ({ id, attempt }) => {
    runs.push(`${id} ${attempt}`);
    return null;
  };
  await using one = jobsOf({ store, world }, run);
  await using two = jobsOf({ store: other, world }, run);
  const created = await Promise.all(Array.from({ length: 20 }, () => one.create("export", QUEUED)));
  await Promise.all([one.start(), two.start()]);
  for (const { id } of created) await until(store, one, id, "ready", [other]);
  assert.deepEqual(runs.toSorted(), created.map(({ id }) => `${id} 1`).toSorted());
});
