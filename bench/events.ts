import { type ChildProcess, fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { createEvents } from "../apps/server/src/events/index.ts";
import {
  eventStore,
  type OpenStore,
  openStore,
  secretBox,
} from "../apps/server/src/store/index.ts";
import { createWorld } from "../apps/server/src/world.ts";

// Commit to webhook received, on the embedded database and one machine. One JSON line for each figure:
// the delay of single events, and what 1,000 a second do for some seconds, over 20 streams and over one.

const SINGLES = 300;
const RATE = 1_000;
const SECONDS = 10;

const world = createWorld({ logLevel: "error" });

function emit(store: OpenStore, stream: number): Promise<void> {
  return store.commit(async () => ({
    value: undefined,
    events: [
      {
        type: "stream_health",
        stream: { id: `str_${stream}`, name: `stream-${stream}` },
        data: { committedAt: performance.timeOrigin + performance.now(), issue: "keyframes" },
      },
    ],
  }));
}

async function latencies(receiver: ChildProcess, message: "report" | "clear"): Promise<number[]> {
  const answer = once(receiver, "message");
  receiver.send(message);
  const [{ latencies: found }] = await answer;
  return found;
}

/** Waits until so many came; says how long after `began`. */
async function arrived(receiver: ChildProcess, count: number): Promise<number[]> {
  for (let tries = 0; ; tries += 1) {
    const found = await latencies(receiver, "report");
    if (found.length >= count) return found;
    if (tries > 3_000) throw new Error(`${found.length} of ${count} events came in a minute`);
    await delay(20);
  }
}

function report(what: string, values: readonly number[], more: object): void {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    Math.round((sorted[Math.floor(sorted.length * share)] ?? Number.NaN) * 100) / 100;
  const figures = { p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(0.9999) };
  process.stdout.write(`${JSON.stringify({ bench: "events", what, ...figures, ...more })}\n`);
}

async function sustained(store: OpenStore, receiver: ChildProcess, streams: number): Promise<void> {
  const began = performance.now();
  const cpu = process.cpuUsage();
  const commits: Promise<void>[] = [];
  const total = RATE * SECONDS;
  while (commits.length < total) {
    const due = Math.min(total, ((performance.now() - began) * RATE) / 1000);
    while (commits.length < due) commits.push(emit(store, commits.length % streams));
    await delay(1);
  }
  await Promise.all(commits);
  const committed = performance.now() - began;
  const found = await arrived(receiver, total);
  const { user, system } = process.cpuUsage(cpu);
  report(`${RATE} a second over ${streams} streams`, found, {
    commitsPerSecond: Math.round((total / committed) * 1000),
    deliveriesPerSecond: Math.round((total / (performance.now() - began)) * 1000),
    cpuMsPerEvent: Math.round((user + system) / total) / 1000,
  });
}

const folder = await mkdtemp(join(tmpdir(), "oxbow-bench-"));
const receiver = fork(new URL("./events-receiver.ts", import.meta.url));
try {
  const [{ port }] = await once(receiver, "message");
  await using store = await openStore({ file: join(folder, "oxbow.db") }, world);
  const box = secretBox(randomBytes(32));
  await using events = createEvents({ store: eventStore(store, box, world), world });
  await events.start();
  await events.sinks.create({ url: `http://127.0.0.1:${port}/` });
  for (let n = 0; n < 50; n += 1) await emit(store, n % 5);
  await arrived(receiver, 50);
  await latencies(receiver, "clear");
  for (let n = 0; n < SINGLES; n += 1) {
    await emit(store, n % 5);
    await delay(10);
  }
  report("one at a time", await arrived(receiver, SINGLES), {});
  for (const streams of [20, 1]) {
    await latencies(receiver, "clear");
    await sustained(store, receiver, streams);
  }
} finally {
  receiver.kill();
  await rm(folder, { recursive: true, force: true });
}
