import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { openStore, type Store } from "../apps/platform/src/store/index.ts";
import { startUpdates, tellUpdate } from "../apps/platform/src/updates/index.ts";
import { createWorld, type World } from "../apps/platform/src/world.ts";

// Commit of a message to its arrival at the pages of one busy chat: the embedded database, one socket a
// page, all on one machine. One JSON line.

const PAGES = 1_000;
const RATE = 200;
const SECONDS = 5;
const TOPIC = "chat:vid_bench";

type Report = { readonly came: number; readonly latencies: readonly number[] };

async function reportOf(listeners: ChildProcess): Promise<Report> {
  const answer = once(listeners, "message");
  listeners.send("report");
  const [report] = await answer;
  return report;
}

/** Writes messages at an even rate, each committed before the next; answers how many a second it were. */
async function talk(store: Store, world: World): Promise<number> {
  const began = performance.now();
  for (let message = 0; message < RATE * SECONDS; message++) {
    const wait = began + (message * 1000) / RATE - performance.now();
    if (wait > 1) await delay(wait);
    const sentAt = performance.timeOrigin + performance.now();
    const data = {
      sentAt,
      text: "What one writes in a chat, more or less",
      author: { name: "Ana" },
    };
    await store.commit((tx) => tellUpdate(tx, world, { topic: TOPIC, type: "chat.message", data }));
  }
  return (RATE * SECONDS) / ((performance.now() - began) / 1000);
}

async function arrived(listeners: ChildProcess): Promise<Report> {
  for (let tries = 0; tries < 600; tries++) {
    const report = await reportOf(listeners);
    if (report.came >= PAGES * RATE * SECONDS) return report;
    await delay(50);
  }
  throw new Error("Not all messages arrived in half a minute");
}

const folder = await mkdtemp(join(tmpdir(), "oxbow-chat-"));
const world = createWorld({ logLevel: "error" });
try {
  await using store = await openStore({ file: join(folder, "platform.db") });
  const caller = { person: null, address: "127.0.0.1" };
  await using updates = await startUpdates({
    store,
    world,
    mayListen: async () => true,
    callerOf: async () => caller,
    limits: { socketsOfAddress: PAGES },
  });
  const server = createServer().listen(0, "127.0.0.1");
  server.on("upgrade", (request, socket, head) => updates.upgrade(request, socket, head, caller));
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const listeners = fork(new URL("chat-listeners.ts", import.meta.url), [
    String(port),
    String(PAGES),
    TOPIC,
  ]);
  await once(listeners, "message");
  const before = process.cpuUsage();
  const rate = await talk(store, world);
  const { came, latencies } = await arrived(listeners);
  const { user, system } = process.cpuUsage(before);
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share: number): number => Math.round(sorted[Math.floor(sorted.length * share)] ?? 0);
  const figures = {
    what: "chat",
    pages: PAGES,
    messagesPerSecond: Math.round(rate),
    delivered: came,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    cpuSeconds: Math.round((user + system) / 10_000) / 100,
    rssMb: Math.round(process.memoryUsage().rss / 1_048_576),
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  listeners.kill();
  server.close();
} finally {
  await rm(folder, { recursive: true, force: true });
}
