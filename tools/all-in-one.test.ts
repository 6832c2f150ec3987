import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, test } from "node:test";

const module = new URL("all-in-one.mjs", import.meta.url).href;
const folder = mkdtempSync(join(tmpdir(), "oxbow-all-"));
after(() => rmSync(folder, { recursive: true }));

const drains = `process.on("SIGTERM", () => { console.log(name + " drained"); process.exit(0); });
setInterval(() => {}, 1000);`;

/** Runs two programs as `npm start` does, and gives what they print line by line. */
function run(server: string, platform: string) {
  const programs = [server, platform].map((source, index) => {
    const path = join(folder, `${index}-${Math.random()}.mjs`);
    writeFileSync(path, source);
    return path;
  });
  const child = spawn(process.execPath, [
    "--input-type=module",
    "-e",
    `import { runAll } from ${JSON.stringify(module)};
     const [server, platform] = ${JSON.stringify(programs)};
     process.exitCode = await runAll({ node: process.execPath, server, platform, env: process.env });`,
  ]);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    child,
    ended: once(child, "exit"),
    line: async () => (await lines.next()).value,
  };
}

const ready = `const name = "server"; ${drains} process.send({ http: "http://0.0.0.0:4711" });`;

test("the platform begins when the server is ready, knows where it is, and both end at a signal", async () => {
  const all = run(
    ready,
    `const name = "platform"; ${drains} console.log(process.env.OXBOW_SERVER_URL);`,
  );
  assert.equal(await all.line(), "http://127.0.0.1:4711");
  all.child.kill("SIGTERM");
  assert.deepEqual(
    new Set([await all.line(), await all.line()]),
    new Set(["platform drained", "server drained"]),
  );
  assert.deepEqual(await all.ended, [0, null]);
});

test("a platform that falls is started again, and the server runs on", async () => {
  const falls = `console.log(process.pid); setTimeout(() => process.exit(3), 50);
    process.on("SIGTERM", () => process.exit(0));`;
  const all = run(ready, falls);
  const first = await all.line();
  const second = await all.line();
  assert.notEqual(first, second);
  all.child.kill("SIGTERM");
  await all.ended;
});

test("the end of the server is the end of all, with its exit code", async () => {
  const server = `process.send({ http: "http://0.0.0.0:4711" }); setTimeout(() => process.exit(5), 300);`;
  const all = run(server, `const name = "platform"; ${drains}`);
  assert.deepEqual(await all.ended, [5, null]);
});

test("settings that are not right end all at once", async () => {
  const wrong = "process.exit(78);";
  assert.deepEqual(await run(wrong, wrong).ended, [78, null]);
  assert.deepEqual(await run(ready, wrong).ended, [78, null]);
});
