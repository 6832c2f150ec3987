import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("./service-for-tests.ts", import.meta.url));

/** Runs the service; tells it to stop each time that it says one of these words. */
async function run(how: string, stopAt: readonly string[] = []) {
  const child = spawn(process.execPath, [PROGRAM, how], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  let stops = 0;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    while (stops < stopAt.length && said.includes(`"msg":"${stopAt[stops]}`)) {
      stops += 1;
      child.kill("SIGTERM");
    }
  });
  let complained = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complained += text));
  const [code] = await once(child, "close");
  const messages = [...said.matchAll(/"msg":"([^"]*)"/g)].map(([, message]) => message);
  return { code, messages, complained };
}

const STOPPING = "stopping; once more to stop at once";

test("a service ends what it does when it is told to stop, also while it starts", async () => {
  assert.deepEqual(await run("", ["ready"]), {
    code: 0,
    messages: ["ready", STOPPING, "ended"],
    complained: "",
  });
  assert.deepEqual(await run("slow start", ["starting"]), {
    code: 0,
    messages: ["starting", STOPPING, "ready", "ended"],
    complained: "",
  });
});

test("a service that cannot start, or end, says why and fails", async () => {
  const [unstarted, unended] = await Promise.all([run("no start"), run("no end", ["ready"])]);
  assert.deepEqual([unstarted.code, unstarted.messages], [1, ["cannot start"]]);
  assert.deepEqual([unended.code, unended.messages], [1, ["ready", STOPPING, "did not stop well"]]);
});

test("told twice, it ends at once", async () => {
  const { code, messages } = await run("hangs", ["ready", "stopping"]);
  assert.deepEqual([code, messages], [1, ["ready", STOPPING]]);
});

test("wrong settings are told in plain words", async () => {
  assert.deepEqual(await run("bad settings"), {
    code: 78,
    messages: [],
    complained: "PORT is no number\n",
  });
});
