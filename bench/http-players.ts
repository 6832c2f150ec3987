import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { startNginxCache } from "../tests/nginx-cache.ts";
import { play } from "../tests/players.ts";
import { type HeldYardstick, startHeldYardstick } from "./http-held-yardstick.ts";
import { publishLoop } from "./http-publisher.ts";
import { cpuSeconds, median, report } from "./process-figures.ts";
import { makeClip } from "./sample-clip.ts";
import { type StartedServer, startServer } from "./started-server.ts";

// What players of one stream cost the server: CPU milliseconds for a second of one player, without
// what the stream costs that nobody watches.

const PLAYERS = 200;
const SECONDS = 8;
const RUNS = 3;

type Process = { readonly pid: number };

/** CPU seconds that a process uses in a second of its usual life. */
async function idleCpu({ pid }: Process): Promise<number> {
  const before = cpuSeconds(pid);
  await wait(4_000);
  return (cpuSeconds(pid) - before) / 4;
}

async function cost(what: string, url: string, server: Process, ordinary = false): Promise<void> {
  const idle = await idleCpu(server);
  const figures: { ms: number; microseconds: number; requests: number }[] = [];
  for (let run = 0; run < RUNS; run++) {
    let before = 0;
    const options = { players: PLAYERS, seconds: SECONDS, ordinary };
    const played = await play(url, options, () => {
      before = cpuSeconds(server.pid);
    });
    const cpu = cpuSeconds(server.pid) - before - idle * SECONDS;
    if (played.failures > 0) throw new Error(`${url}: ${played.failures} failures`);
    const requests = played.playlists + played.media;
    figures.push({
      ms: (cpu * 1000) / SECONDS / PLAYERS,
      microseconds: (cpu * 1e6) / requests,
      requests: requests / SECONDS / PLAYERS,
    });
  }
  const middle = (of: (figure: (typeof figures)[number]) => number, digits: number) =>
    Number(median(figures.map(of)).toFixed(digits));
  report({
    bench: "http",
    what,
    players: PLAYERS,
    cpuMillisecondsForPlayerSecond: middle(({ ms }) => ms, 3),
    microsecondsForRequest: middle(({ microseconds }) => microseconds, 1),
    requestsForPlayerSecond: middle(({ requests }) => requests, 1),
  });
}

/** Players that come through a cache, and how often the origin is asked because of them. */
async function costThroughCache(folder: string, live: string, server: StartedServer) {
  await using cache = await startNginxCache(join(folder, "cache"), server.http);
  if (!cache) return;
  const url = `http://127.0.0.1:${cache.port}${live}`;
  for (const players of [1, PLAYERS]) {
    const idle = await idleCpu(server);
    const before = { cpu: 0, lines: 0 };
    const played = await play(url, { players, seconds: SECONDS }, () => {
      before.cpu = cpuSeconds(server.pid);
      before.lines = cache.lines().length;
    });
    const cpu = (cpuSeconds(server.pid) - before.cpu) / SECONDS - idle;
    const lines = cache.lines().slice(before.lines);
    const asked = lines.filter((line) => line.asked).length;
    report({
      bench: "http",
      what: "low latency through nginx's cache",
      players,
      failures: played.failures,
      answersForSecond: Math.round(lines.length / SECONDS),
      originRequestsForSecond: Number((asked / SECONDS).toFixed(1)),
      originCpuMillisecondsForSecond: Number((cpu * 1000).toFixed(1)),
    });
  }
}

/** Players of an ordinary stream and of one of low latency, with bare `node:http` beside them. */
export async function measurePlayers(folder: string): Promise<void> {
  const clip = join(folder, "players.flv");
  await makeClip(clip, 20);
  await using server = await startServer({ OXBOW_HTTPS_PORT: "0" });
  {
    await using usual = await publishLoop(server, { name: "usual", clip, seconds: 300 });
    await wait(12_000);
    await cost("ordinary players", server.http + usual.live, server, true);
  }
  await using low = await publishLoop(server, {
    name: "low",
    clip,
    seconds: 600,
    low: true,
  });
  await wait(12_000);
  await cost("low-latency players", server.http + low.live, server);
  await cost("low-latency players by HTTP/2", server.https + low.live, server);
  await costThroughCache(folder, low.live, server);
  await using floor: HeldYardstick = await startHeldYardstick();
  await cost("low-latency players of bare node:http", floor.url + low.live, floor);
}
