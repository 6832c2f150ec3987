import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { Fault } from "@oxbow/contract";
import { PROGRAM_MISSING, runFfmpeg, spawnFfmpeg } from "./index.ts";

const FFMPEG = "ffmpeg";
/** Reads standard input for ever. */
const READING = ["-v", "error", "-f", "s16le", "-i", "pipe:0", "-f", "null", "-"];
const LIMITS = { timeoutMs: 10_000, mostBytes: 1 << 20 };

/** A process's state as Linux tells it: `T` where it is stopped; undefined where it is gone. */
async function stateOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  const state = stat?.slice(stat.lastIndexOf(")") + 2)[0];
  return state === "Z" ? undefined : state;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 5_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error("It did not come to be within 5 s");
    await wait(10);
  }
}

async function fault(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => assert.fail("it did not fail"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Fault, String(error));
  return `${error.code}: ${error.message}`;
}

test("a child is gone when its parent is killed, be it stopped or not", async () => {
  const door = new URL("./index.ts", import.meta.url).href;
  const code = `
    const { spawnFfmpeg } = await import(${JSON.stringify(door)});
    const [one, two] = await Promise.all([1, 2].map(() =>
      spawnFfmpeg({ program: "ffmpeg", args: ${JSON.stringify(READING)} })));
    console.log(one.pid, two.pid);`;
  const parent = spawn(process.execPath, ["--input-type=module", "-e", code], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(parent, "exit");
  const [said] = await once(parent.stdout, "data");
  const [running = 0, stopped = 0] = String(said).trim().split(" ").map(Number);
  // What asks to die with the parent comes before ffmpeg itself, in the same process.
  for (const pid of [running, stopped]) {
    await until(async () => (await readFile(`/proc/${pid}/comm`, "utf8")).trim() === "ffmpeg");
  }
  process.kill(stopped, "SIGSTOP");
  await until(async () => (await stateOf(stopped)) === "T");
  assert.notEqual(await stateOf(running), undefined);
  parent.kill("SIGKILL");
  await exited;
  await until(async () => (await stateOf(stopped)) === undefined);
  await until(async () => (await stateOf(running)) === undefined);
});

test("killing ends a stopped child with its group, and harms nobody when repeated", async () => {
  const child = await spawnFfmpeg({ program: FFMPEG, args: READING, niceness: 5 });
  const pid = child.pid ?? 0;
  await until(async () => ((await child.memory()) ?? 0) > 1 << 20);
  process.kill(pid, "SIGSTOP");
  child.kill();
  const { code, signal } = await child.ended;
  assert.deepEqual({ code, signal }, { code: null, signal: "SIGKILL" });
  child.kill();
  assert.equal(await child.memory(), undefined);
});

test("a child has as little of the processor as was said", async () => {
  const child = await spawnFfmpeg({ program: FFMPEG, args: READING, niceness: 7 });
  const stat = await readFile(`/proc/${child.pid}/stat`, "utf8");
  assert.equal(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[16], "7");
  child.stdin.end();
  assert.equal((await child.ended).code, 0);
});

test("further pipes go both ways, and what is written last is read", async () => {
  const args = ["-v", "error", "-f", "s16le", "-i", "pipe:3", "-f", "s16le", "pipe:4"];
  const child = await spawnFfmpeg({ program: FFMPEG, args, pipes: 2 });
  const [into, out] = child.pipes;
  const pieces: Buffer[] = [];
  out?.on("data", (piece: Buffer) => pieces.push(piece));
  into?.end(Buffer.alloc(200_000, 7));
  assert.equal((await child.ended).code, 0);
  await until(async () => out?.readableEnded === true);
  assert.deepEqual(Buffer.concat(pieces), Buffer.alloc(200_000, 7));
});

test("a program that is missing, or says why it fails, tells so", async () => {
  const missing = await spawnFfmpeg({ program: "no-such-ffmpeg", args: [] });
  assert.equal((await missing.ended).code, PROGRAM_MISSING);
  assert.equal(
    await fault(runFfmpeg({ program: "no-such-ffmpeg", args: [], ...LIMITS })),
    'unavailable: There is no program "no-such-ffmpeg": install it, or name it by OXBOW_FFMPEG',
  );
  const args = ["-f", "mp4", "-i", "pipe:0", "-f", "null", "-"];
  const refused = runFfmpeg({ program: FFMPEG, args, input: [Buffer.alloc(64)], ...LIMITS });
  assert.match(await fault(refused), /^media_unreadable: "ffmpeg" failed: .*moov atom not found/s);
});

test("a run that takes too long, writes too much or is aborted leaves nothing", async () => {
  const endless = ["-f", "lavfi", "-i", "anullsrc", "-f", "s16le", "pipe:1"];
  const run = { program: FFMPEG, args: endless, mostBytes: 1 << 16, timeoutMs: 10_000 };
  assert.match(await fault(runFfmpeg(run)), /^unavailable: "ffmpeg" wrote over 65536 bytes/);
  const holding = { ...run, args: ["-re", ...endless.slice(0, 4), "-f", "null", "-"] };
  assert.match(
    await fault(runFfmpeg({ ...holding, timeoutMs: 50 })),
    /^unavailable: "ffmpeg" took over 50 ms/,
  );
  const controller = new AbortController();
  const aborted = runFfmpeg({ ...holding, signal: controller.signal });
  controller.abort();
  assert.equal(await fault(aborted), 'unavailable: "ffmpeg" was aborted');
});
