import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startNginxRtmp } from "./nginx-rtmp.ts";
import { cpuSeconds, median, memory, report } from "./process-figures.ts";
import { makeClip } from "./sample-clip.ts";
import { startServer } from "./started-server.ts";

// Ingest with recording and HLS: CPU seconds of the server for a second of one stream, and memory for
// a stream, beside nginx with its RTMP module in the same run.

const PUBLISHERS = Number(process.env["PUBLISHERS"] ?? 100);
const WARM_UP = 6;
const WINDOW = 8;
const WINDOWS = 3;

type Target = {
  readonly what: string;
  readonly pids: readonly number[];
  readonly urls: readonly string[];
};

async function load(file: string, urls: readonly string[], seconds: number): Promise<ChildProcess> {
  const script = fileURLToPath(new URL("encoder-load.ts", import.meta.url));
  const args = [script, "--file", file, "--urls", urls.join(","), "--seconds", String(seconds)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  return child;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

async function measure({ what, pids, urls }: Target, file: string): Promise<void> {
  const cpu = () => sum(pids.map(cpuSeconds));
  const resident = () => sum(pids.map((pid) => memory(pid).now));
  const idle = resident();
  const child = await load(file, urls, WARM_UP + WINDOW * WINDOWS + 2);
  const ended = once(child, "exit");
  await wait(WARM_UP * 1000);
  const costs: number[] = [];
  for (let at = 0; at < WINDOWS; at++) {
    const [before, began] = [cpu(), performance.now()];
    await wait(WINDOW * 1000);
    const seconds = (performance.now() - began) / 1000;
    costs.push((cpu() - before) / seconds / urls.length);
  }
  report({
    bench: "ingest",
    what,
    publishers: urls.length,
    cpuSecondsForStreamSecond: Number(median(costs).toFixed(5)),
    runs: costs.map((cost) => Number(cost.toFixed(5))),
    memoryForStream: Math.round((resident() - idle) / urls.length),
    idleMemory: idle,
  });
  await ended;
}

const folder = await mkdtemp(join(tmpdir(), "oxbow-bench-"));
try {
  const file = join(folder, "clip.flv");
  await makeClip(file, 20);
  const names = Array.from({ length: PUBLISHERS }, (_, at) => `bench-${at}`);
  {
    await using server = await startServer();
    const urls: string[] = [];
    for (const name of names) {
      const made = await server.api("POST", "/streams", { name });
      const { publish } = made as { publish: { rtmp: { url: string } } };
      urls.push(publish.rtmp.url);
    }
    await measure({ what: "oxbow", pids: [server.pid], urls }, file);
  }
  await using nginx = await startNginxRtmp(join(folder, "nginx"));
  if (nginx) {
    const urls = names.map((name) => `rtmp://127.0.0.1:${nginx.port}/live/${name}`);
    await measure({ what: "nginx-rtmp", pids: nginx.pids(), urls }, file);
  } else report({ bench: "ingest", what: "nginx-rtmp", missing: "nginx with its RTMP module" });
} finally {
  await rm(folder, { recursive: true, force: true });
}
