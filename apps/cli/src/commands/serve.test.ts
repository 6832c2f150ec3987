import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { CommandError } from "../io.ts";
import { testIo } from "../run-for-tests.ts";
import { runServer } from "./serve.ts";

let folder = "";

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-serve-"));
});

after(() => rm(folder, { recursive: true }));

async function program(text: string): Promise<URL> {
  const path = join(folder, "program.mjs");
  await writeFile(path, text);
  return pathToFileURL(path);
}

const io = (env: Record<string, string> = {}) => ({ ...testIo(env), cwd: folder });

test("the server has our environment with the settings over it, and its exit status is ours", async () => {
  const code = await program(
    `process.exit(process.env.OXBOW_DATA === "there" && process.env.OTHER === "1" ? 78 : 1);`,
  );
  const env = { OXBOW_DATA: "here", OTHER: "1" };
  assert.equal(await runServer(code, { OXBOW_DATA: "there" }, io(env)), 78);
});

test("Ctrl-C reaches the server once, and we wait until it has drained", async () => {
  const ready = join(folder, "ready");
  const code = await program(`
    import { writeFileSync } from "node:fs";
    let count = 0;
    const alive = setInterval(() => {}, 1000);
    process.on("SIGINT", () => { count++; setTimeout(() => process.exit(count === 1 ? 0 : 9), 50); });
    writeFileSync(${JSON.stringify(ready)}, "x");
  `);
  const pressed = io();
  const ended = runServer(code, {}, pressed);
  while ((await readFile(ready, "utf8").catch(() => "")) === "") await pause(5);
  pressed.interrupt();
  assert.equal(await ended, 0);
});

test("a server that a signal ended is told as 128 and the signal", async () => {
  const code = await program(`process.kill(process.pid, "SIGKILL"); setInterval(() => {}, 1000);`);
  assert.equal(await runServer(code, {}, io()), 128 + 9);
});

test("a server that can't be started is told in a line", async () => {
  const nowhere = { ...io(), cwd: join(folder, "nowhere") };
  await assert.rejects(runServer(await program(""), {}, nowhere), CommandError);
});
