import { type ChildProcess, fork } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { createClient } from "@oxbow/sdk";
import { openStore } from "../apps/platform/src/store/index.ts";
import { type PlatformProcess, startPlatform } from "../tests/platform-process.ts";
import { invited, type SiteCaller, setUpOperator } from "../tests/site-caller.ts";
import { until } from "../tests/until.ts";
import { cpuSeconds, report } from "./process-figures.ts";

// How the platform's process answers signed webhooks, as the media server sends them: eight streams beside
// each other, each in order. Meanwhile tabs listen to a video that is on air, and its page is asked for.
// Beside it, in the same run, what a bare HTTP server costs that verifies the signature and answers. One
// JSON line for each rate; what was answered and is not in the inbox is an error.

const LANES = 8;
const TABS = 200;
const RATES = [200, 1_000] as const;
const SECONDS = 8;
/** Every so manieth event interrupts or resumes its broadcast, which all tabs are told. */
const FLAPS = 50;
const PAGE_EVERY_MS = 100;

type Stream = { readonly id: string; readonly name: string };
type Hook = { readonly url: string; readonly secret: string; readonly pid: number };

let sequence = 1_000_000;
const agent = new Agent({ keepAlive: true, maxSockets: LANES });

/** What the media server would send: a health issue that comes and goes, now and then the broadcast itself. */
function event(stream: Stream, count: number) {
  sequence += 1;
  const ends = count % 2 === 1;
  const health = { code: "gopLong", severity: "warning", state: ends ? "ended" : "began" };
  const back = { gap: null, seconds: 1 };
  const gone = { windowEnds: new Date(Date.now() + 30_000).toISOString() };
  const flap = Math.floor(count / FLAPS) % 2 === 1;
  const told =
    count === 0
      ? {
          type: "broadcast_started",
          data: { from: new Date().toISOString(), tracks: [], playback: {} },
        }
      : count % FLAPS === 0
        ? { type: flap ? "broadcast_interrupted" : "broadcast_resumed", data: flap ? gone : back }
        : { type: "stream_health", data: health };
  const time = new Date().toISOString();
  const broadcast = `brd_of_${stream.id}`;
  const place = { sequence, streamSequence: sequence, time };
  return { id: `evt_bench_${sequence}`, ...place, stream, broadcast, ...told };
}

function signed(hook: Hook, id: string, body: string): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const key = Buffer.from(hook.secret.slice("whsec_".length), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": `v1,${signature}`,
  };
}

/** Sends one, and answers how long that took, in milliseconds. Throws where it is not taken. */
async function post(hook: Hook, told: ReturnType<typeof event>): Promise<number> {
  const body = JSON.stringify(told);
  const headers = signed(hook, told.id, body);
  const began = performance.now();
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const asked = request(hook.url, { method: "POST", agent, headers }, (answer) => {
    answer.resume().on("end", () => resolve(answer.statusCode ?? 0));
  });
  asked.on("error", reject).end(body);
  const status = await promise;
  if (status !== 204) throw new Error(`A webhook was answered ${status}`);
  return performance.now() - began;
}

/** One stream's events at an even rate, each after the answer to the one before. */
async function lane(
  hook: Hook,
  stream: Stream,
  { rate, from }: { readonly rate: number; readonly from: number },
): Promise<number[]> {
  const took: number[] = [];
  const began = performance.now();
  for (let count = 0; count < (rate * SECONDS) / LANES; count++) {
    const wait = began + (count * 1000 * LANES) / rate - performance.now();
    if (wait > 1) await delay(wait);
    took.push(await post(hook, event(stream, from + count)));
  }
  return took;
}

/** Asks for the page again and again; answers how long each took. */
async function pages(url: string, signal: AbortSignal): Promise<number[]> {
  const took: number[] = [];
  while (!signal.aborted) {
    const began = performance.now();
    const answer = await fetch(url);
    await answer.arrayBuffer();
    if (answer.status !== 200) throw new Error(`The page was answered ${answer.status}`);
    took.push(performance.now() - began);
    await delay(PAGE_EVERY_MS);
  }
  return took;
}

function spread(values: readonly number[]) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    Math.round((sorted[Math.floor(sorted.length * share)] ?? Number.NaN) * 100) / 100;
  return { p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(0.9999) };
}

type Run = { readonly rate: number; readonly from: number; readonly page?: string };

/** Answers how many were sent. */
async function measure(
  what: string,
  hook: Hook,
  streams: readonly Stream[],
  { rate, from, page }: Run,
): Promise<number> {
  const stop = new AbortController();
  const asking = page === undefined ? undefined : pages(page, stop.signal);
  const [cpu, began] = [cpuSeconds(hook.pid), performance.now()];
  const lanes = await Promise.all(streams.map((stream) => lane(hook, stream, { rate, from })));
  const seconds = (performance.now() - began) / 1000;
  const used = cpuSeconds(hook.pid) - cpu;
  stop.abort();
  const took = lanes.flat();
  report({
    bench: "hooks",
    what,
    wantedPerSecond: rate,
    perSecond: Math.round(took.length / seconds),
    ...spread(took),
    cpuMsPerEvent: Math.round((used * 1e6) / took.length) / 1000,
    ...(asking === undefined ? {} : { page: spread(await asking) }),
  });
  return took.length;
}

/** The secret of the platform's own sink: told to nobody else, so read where the platform keeps it. */
async function secretOf(platform: PlatformProcess): Promise<string> {
  await platform.stop();
  await using store = await openStore({ file: join(platform.data, "platform.db") });
  const { value } = await store.db
    .selectFrom("media_state")
    .select("value")
    .where("key", "=", "sink")
    .executeTakeFirstOrThrow();
  const kept: { readonly secret: string } = JSON.parse(value);
  return kept.secret;
}

/** How many of ours are in the inbox, applied. */
async function inInbox(platform: PlatformProcess): Promise<number> {
  await platform.stop();
  await using store = await openStore({ file: join(platform.data, "platform.db") });
  const { count } = await store.db
    .selectFrom("media_inbox")
    .select((select) => select.fn.countAll().as("count"))
    .where("id", "like", "evt_bench_%")
    .where("outcome", "=", "applied")
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Streamers with a channel each, and the streams of these. */
async function channels(platform: PlatformProcess): Promise<[SiteCaller, Stream[]]> {
  const operator = await setUpOperator(platform);
  const callers: SiteCaller[] = [];
  for (let n = 1; n <= LANES; n++) {
    const caller = await invited(platform, operator, { name: `Ana ${n}`, role: "streamer" });
    await caller.call("channels.create", { body: { handle: `ana-${n}`, name: `Ana ${n}` } });
    callers.push(caller);
  }
  const { server } = platform;
  const media = createClient({ url: server.http, key: server.key });
  const streams = await until("the streams", async () => {
    const { items } = await media.streams.list();
    return items.length === LANES ? items.map(({ id, name }) => ({ id, name })) : undefined;
  });
  const [first] = callers;
  if (first === undefined) throw new Error("Nobody streams");
  return [first, streams];
}

/** The next message of a child. Throws where it ends instead. */
function saysOf(child: ChildProcess) {
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`A process of the measurement ended with ${code}`);
  });
  return Promise.race([once(child, "message"), ended]);
}

async function floor(secret: string, streams: readonly Stream[]): Promise<void> {
  const child = fork(new URL("./hooks-floor.ts", import.meta.url), [secret]);
  try {
    const [port] = await saysOf(child);
    const hook = { url: `http://127.0.0.1:${port}/`, secret, pid: child.pid ?? 0 };
    for (const rate of RATES) await measure("floor", hook, streams, { rate, from: 0 });
  } finally {
    child.kill();
  }
}

let tabs: ChildProcess | undefined;
try {
  await using platform = await startPlatform();
  const [ana, streams] = await channels(platform);
  const secret = await secretOf(platform);
  await platform.restart();
  const hook = { url: `${platform.http}/hooks/media`, secret, pid: platform.pid };
  let sent = 0;
  for (const stream of streams) {
    await post(hook, event(stream, 0));
    sent += 1;
  }
  const video = await until("the video", async () => (await ana.call("videos.mine")).items[0]);
  const port = new URL(platform.http).port;
  tabs = fork(new URL("./chat-listeners.ts", import.meta.url), [
    port,
    String(TABS),
    `video:${video.id}`,
  ]);
  await saysOf(tabs);
  const page = `${platform.http}/watch/${video.id}`;
  for (const [at, rate] of RATES.entries()) {
    sent += await measure("platform", hook, streams, { rate, from: 1 + at * FLAPS * 2, page });
  }
  const told = saysOf(tabs);
  tabs.send("report");
  const [{ came }] = await told;
  const noted = await inInbox(platform);
  report({ bench: "hooks", what: "kept", sent, inInbox: noted, toldTabs: came });
  if (noted !== sent) throw new Error(`${sent - noted} webhooks were answered and lost`);
  await floor(secret, streams);
} finally {
  tabs?.kill();
  agent.destroy();
}
