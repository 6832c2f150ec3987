import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { test } from "node:test";

const module = new URL("child.mjs", import.meta.url).href;
/** A program that runs another in the foreground: one that says so, and ends well at SIGTERM. */
const inner = `process.on("SIGTERM", () => { console.log("drained"); process.exit(0); });
setInterval(() => {}, 1000); console.log("up");`;
const outer = `import { foreground } from ${JSON.stringify(module)};
process.exitCode = await foreground(process.execPath, ["-e", ${JSON.stringify(inner)}]);`;

test("a signal reaches the program, which ends as it wants, and its exit code is ours", async () => {
  const child = spawn(process.execPath, ["--input-type=module", "-e", outer]);
  await once(child.stdout, "data");
  child.kill("SIGTERM");
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  assert.deepEqual([said.trim(), code], ["drained", 0]);
});

test("the program ends when the shell that npm started us in is gone", async () => {
  const node = JSON.stringify(process.execPath);
  const shell = spawn("sh", ["-c", `${node} --input-type=module -e "$OUTER"; exit 0`], {
    env: { ...process.env, OUTER: outer, npm_lifecycle_event: "start" },
  });
  await once(shell.stdout, "data");
  shell.kill("SIGKILL");
  // The pipe closes when the last process that holds it has ended.
  assert.equal((await text(shell.stdout)).trim(), "drained");
});
