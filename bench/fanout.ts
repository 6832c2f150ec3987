import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startNginx } from "./nginx.ts";
import { cpuSeconds, median, memory, report } from "./process-figures.ts";
import { makeClip } from "./sample-clip.ts";
import { startServer } from "./started-server.ts";

// Fan-out of one live stream of 2.6 Mbit/s to many readers: megabits for a CPU second of the server and
// the median delay from encoder to reader, over HTTP-FLV and RTMP, by merge window; with nginx's RTMP
// module and a bare socket server in the same run. `BENCH_READERS`, `BENCH_SECONDS`, `BENCH_RUNS` for
// other amounts.

const number = (name: string, otherwise: number) => Number(process.env[name] ?? otherwise);
const READERS = number("BENCH_READERS", 400);
const SECONDS = number("BENCH_SECONDS", 8);
const RUNS = number("BENCH_RUNS", 3);
/** Readers join, and what they begin with goes out, before anything is counted. */
const SETTLE_MS = 3_000;
const MODULE = "/usr/lib/nginx/modules/ngx_rtmp_module.so";

const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));

type Lines = { readonly child: ChildProcess; next(): Promise<string> };

/** A script of ours in a process of its own, and what it says line by line. */
function start(name: string, args: readonly string[]): Lines {
  const child = spawn(process.execPath, [script(name), ...args], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    async next() {
      const line: IteratorResult<string, undefined> = await lines.next();
      if (line.value === undefined) throw new Error(`${name} ended too early`);
      return line.value;
    },
  };
}

async function stop({ child }: Lines): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

type Run = { readonly mbit: number; readonly delay: number };

async function runOnce(pids: readonly number[], url: string): Promise<Run> {
  const readers = start("fanout-readers.ts", ["--url", url, "--readers", String(READERS)]);
  try {
    await readers.next();
    await wait(SETTLE_MS);
    const cpu = () => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
    const before = cpu();
    readers.child.stdin?.write("count\n");
    await wait(SECONDS * 1000);
    const used = cpu() - before;
    readers.child.stdin?.write("report\n");
    const result: { bytes: number; lost: number; median: number | null } = JSON.parse(
      await readers.next(),
    );
    if (result.lost > 0) throw new Error(`${url}: ${result.lost} readers were lost`);
    return { mbit: (result.bytes * 8) / 1e6 / used, delay: result.median ?? Number.NaN };
  } finally {
    await stop(readers);
  }
}

async function measure(what: string, pids: readonly number[], url: string): Promise<void> {
  const runs: Run[] = [];
  for (let at = 0; at < RUNS; at++) runs.push(await runOnce(pids, url));
  report({
    bench: "fanout",
    what,
    readers: READERS,
    megabitsForCpuSecond: Math.round(median(runs.map(({ mbit }) => mbit))),
    runs: runs.map(({ mbit }) => Math.round(mbit)),
    delayMs: median(runs.map(({ delay }) => delay)),
    memory: pids.reduce((sum, pid) => sum + memory(pid).now, 0),
  });
}

/** An encoder that goes on until it is stopped. */
async function publish(file: string, url: string): Promise<Lines> {
  const args = ["--file", file, "--urls", url, "--seconds", "3600", "--stamp"];
  const encoder = start("encoder-load.ts", args);
  await encoder.next();
  return encoder;
}

async function measureOxbow(file: string, window: number, latency: "normal" | "low") {
  await using server = await startServer({ OXBOW_MERGE_WINDOW: String(window) });
  const made = await server.api("POST", "/streams", { name: "bench", record: false, latency });
  const { publish: to } = made as { publish: { rtmp: { url: string } } };
  const encoder = await publish(file, to.rtmp.url);
  try {
    await wait(SETTLE_MS);
    const what = `oxbow, ${latency === "low" ? "low latency" : `${window} ms`}`;
    await measure(`${what}, HTTP-FLV`, [server.pid], `${server.http}/live/bench.flv`);
    const rtmp = new URL("/play/bench", server.rtmp).href;
    await measure(`${what}, RTMP`, [server.pid], rtmp);
  } finally {
    await stop(encoder);
  }
}

async function measureNginx(file: string, folder: string): Promise<void> {
  const missing = { bench: "fanout", what: "nginx-rtmp", missing: "nginx with its RTMP module" };
  if (!existsSync(MODULE)) return report(missing);
  await using nginx = await startNginx(folder, `load_module ${MODULE};`, (port) => {
    const inside = "chunk_size 4096; application live { live on; }";
    return `rtmp { server { listen 127.0.0.1:${port}; ${inside} } }`;
  });
  if (!nginx) return report(missing);
  const url = `rtmp://127.0.0.1:${nginx.port}/live/bench`;
  const encoder = await publish(file, url);
  try {
    await measure("nginx-rtmp", nginx.pids(), url);
  } finally {
    await stop(encoder);
  }
}

async function measureFloor(window: number): Promise<void> {
  const floor = start("fanout-floor.ts", ["--window", String(window)]);
  try {
    const port = await floor.next();
    const url = `http://127.0.0.1:${port}/`;
    await measure(`bare sockets, ${window} ms`, [floor.child.pid ?? 0], url);
  } finally {
    await stop(floor);
  }
}

const folder = await mkdtemp(join(tmpdir(), "oxbow-bench-"));
try {
  const file = join(folder, "clip.flv");
  await makeClip(file, 20);
  for (const window of [100, 350]) await measureFloor(window);
  await measureOxbow(file, 100, "normal");
  await measureOxbow(file, 350, "normal");
  await measureOxbow(file, 100, "low");
  await measureNginx(file, join(folder, "nginx"));
} finally {
  await rm(folder, { recursive: true, force: true });
}
