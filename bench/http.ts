import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { measurePlayers } from "./http-players.ts";
import { publishLoop } from "./http-publisher.ts";
import { startNginxFiles } from "./nginx-files.ts";
import { cpuSeconds, median, report } from "./process-figures.ts";
import { makeClip } from "./sample-clip.ts";
import { type StartedServer, startServer } from "./started-server.ts";

// Delivery over HTTP: bits and requests for a CPU second of the server, for live, archive and VOD,
// with `node:http` and nginx answering the same bytes in the same run; the same over HTTP/2 with TLS;
// and what players of one stream cost, ordinary ones and those of low latency, without and with a cache.

const RUNS = 3;
const SECONDS = 4;

const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));

async function loadOnce(pid: number, url: string): Promise<{ mbit: number; requests: number }> {
  const before = cpuSeconds(pid);
  const program = script(url.startsWith("https:") ? "http2-load.ts" : "http-load.ts");
  const args = [program, "--url", url, "--seconds", String(SECONDS)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const result: { answers: number; bytes: number; failures: number } = JSON.parse(
    await text(child.stdout),
  );
  const cpu = cpuSeconds(pid) - before;
  if (result.failures > 0) throw new Error(`${url}: ${result.failures} answers were not 200`);
  return { mbit: (result.bytes * 8) / 1e6 / cpu, requests: result.answers / cpu };
}

/** `url` is asked for before each run: a live segment is in memory for some seconds only. */
async function measure(
  what: string,
  pid: number,
  url: string | (() => Promise<string>),
): Promise<void> {
  const runs: Awaited<ReturnType<typeof loadOnce>>[] = [];
  for (let at = 0; at < RUNS; at++) {
    runs.push(await loadOnce(pid, typeof url === "string" ? url : await url()));
  }
  report({
    bench: "http",
    what,
    gigabitsForCpuSecond: Number((median(runs.map((run) => run.mbit)) / 1000).toFixed(2)),
    requestsForCpuSecond: Math.round(median(runs.map((run) => run.requests))),
  });
}

/** The text of the first playlist that has media in it. */
async function playlist(url: string): Promise<string> {
  for (let tries = 0; tries < 200; tries++) {
    const response = await fetch(url);
    const body = await response.text();
    if (response.ok && body.includes("#EXTINF")) return body;
    await wait(100);
  }
  throw new Error(`No media came at ${url}`);
}

async function segmentOf(list: string): Promise<string> {
  const lines = (await playlist(list)).split("\n").filter((line) => /^[^#].*m4s/.test(line));
  return new URL(lines.at(-1) ?? "", list).href;
}

async function startYardstick(file: string): Promise<{ child: ChildProcess; url: string }> {
  const args = [script("http-yardstick.ts"), file];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(child.stdout, "data");
  const { port }: { port: number } = JSON.parse(String(line));
  return { child, url: `http://127.0.0.1:${port}/` };
}

async function exported(server: StartedServer, from: number, to: number): Promise<string> {
  const { id } = (await server.api("POST", "/exports", { stream: "bench", from, to })) as {
    id: string;
  };
  for (let tries = 0; tries < 200; tries++) {
    const job = (await server.api("GET", `/exports/${id}`)) as { state: string; asset: string };
    if (job.state === "ready") return job.asset;
    await wait(100);
  }
  throw new Error(`The export ${id} did not end`);
}

async function measureServer(folder: string): Promise<{ segment: Buffer; list: Buffer }> {
  const clip = join(folder, "clip.flv");
  await makeClip(clip, 20, 8_000);
  await using server = await startServer({ OXBOW_HTTPS_PORT: "0" });
  const seconds = 10 * RUNS * SECONDS + 60;
  await using published = await publishLoop(server, { name: "bench", clip, seconds });
  const live = `${server.http}${published.live}video.m3u8`;
  await playlist(live);
  const from = Date.now() + 2_000;
  await wait(16_000);
  const to = from + 12_000;
  const segment = Buffer.from(await (await fetch(await segmentOf(live))).arrayBuffer());
  const list = Buffer.from(await playlist(live));
  const dvr = `${server.http}/dvr/bench/video.m3u8?from=${from}&to=${to}`;
  const asset = await exported(server, from, to);
  await measure("live segment", server.pid, () => segmentOf(live));
  await measure("live playlist", server.pid, live);
  await measure(
    "live segment by HTTP/2",
    server.pid,
    (await segmentOf(live)).replace(server.http, server.https),
  );
  await measure("live playlist by HTTP/2", server.pid, live.replace(server.http, server.https));
  await measure("archive segment", server.pid, await segmentOf(dvr));
  await measure(
    "VOD segment",
    server.pid,
    await segmentOf(`${server.http}/vod/${asset}/video.m3u8`),
  );
  await measure("instant MP4", server.pid, `${server.http}/dvr/bench/${from}-${to}.mp4`);
  return { segment, list };
}

async function measureYardsticks(folder: string, segment: Buffer, list: Buffer): Promise<void> {
  const files = { segment: join(folder, "segment.mp4"), list: join(folder, "list.m3u8") };
  await writeFile(files.segment, segment);
  await writeFile(files.list, list);
  for (const [name, file] of Object.entries(files)) {
    const { child, url } = await startYardstick(file);
    await measure(
      `${name} by node:http, ${(await fetch(url)).headers.get("content-length")} bytes`,
      child.pid ?? 0,
      url,
    );
    child.kill("SIGKILL");
  }
  const root = join(folder, "www");
  await using nginx = await startNginxFiles(root);
  if (!nginx) return;
  for (const [name, file] of Object.entries(files)) {
    await copyFile(file, join(root, name));
    await measure(
      `${name} by nginx`,
      nginx.pids()[1] ?? 0,
      `http://127.0.0.1:${nginx.port}/${name}`,
    );
  }
}

const folder = await mkdtemp(join(tmpdir(), "oxbow-bench-"));
try {
  const { segment, list } = await measureServer(folder);
  await measureYardsticks(folder, segment, list);
  await measurePlayers(folder);
} finally {
  await rm(folder, { recursive: true, force: true });
}
