import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { exitCode, forwardEnd } from "./child.mjs";

/** A platform that ends by itself is started again after this long, twice as long each time. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** One that ran for this long had nothing wrong at its start. */
const SOUND_MS = 60_000;
/** Settings that are not right: they are not right the next time either (sysexits: EX_CONFIG). */
const BAD_SETTINGS = 78;

/**
 * @typedef {import("node:child_process").ChildProcess} ChildProcess
 * @typedef {{ node: string, server: string, platform: string, env: NodeJS.ProcessEnv }} Programs
 */

/**
 * Runs the media server, and the platform once the server says where it answers. The server does not
 * depend on the platform: that one is started again when it falls. When the server ends, so do we, with
 * its exit code.
 *
 * @param {Programs} programs
 * @returns {Promise<number>}
 */
export async function runAll({ node, server, platform, env }) {
  const ending = new AbortController();
  /** @type {Set<ChildProcess>} */
  const running = new Set();
  const stopForwarding = forwardEnd((signal) => {
    ending.abort();
    for (const child of running) child.kill(signal);
  });
  /** @param {string} program @param {NodeJS.ProcessEnv} its */
  const start = (program, its) => {
    const child = spawn(node, [program], {
      env: its,
      // The fourth: the server says by it when it is ready, and where.
      stdio: ["inherit", "inherit", "inherit", "ipc"],
    });
    running.add(child);
    child.once("exit", () => running.delete(child));
    return child;
  };
  // From a terminal the signal reaches the children by itself.
  const interrupted = () => ending.abort();
  process.on("SIGINT", interrupted);
  try {
    const media = start(server, env);
    const mediaEnded = exitCode(media);
    const http = await Promise.race([answersAt(media), mediaEnded.then(() => undefined)]);
    const site =
      http === undefined
        ? Promise.resolve(0)
        : keepRunning(() => start(platform, { ...env, OXBOW_SERVER_URL: http }), ending.signal);
    const settings = site.then((code) => (code === BAD_SETTINGS ? code : mediaEnded));
    const code = await Promise.race([mediaEnded, settings]);
    ending.abort();
    for (const child of running) child.kill("SIGTERM");
    await Promise.all([mediaEnded, site]);
    return code;
  } finally {
    process.off("SIGINT", interrupted);
    stopForwarding();
  }
}

/**
 * Starts a program again whenever it ends, until it is told to end or its settings are not right.
 *
 * @param {() => ChildProcess} start
 * @param {AbortSignal} signal
 * @returns {Promise<number>} its last exit code
 */
async function keepRunning(start, signal) {
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const began = performance.now();
    const code = await exitCode(start());
    if (signal.aborted || code === BAD_SETTINGS) return code;
    if (performance.now() - began > SOUND_MS) pause = FIRST_PAUSE_MS;
    process.stderr.write(
      `The platform ended with ${code}; it is started again in ${pause / 1000} s\n`,
    );
    await wait(pause, undefined, { signal }).catch(() => {});
    if (signal.aborted) return code;
  }
}

/**
 * Where the server answers, by its own word: `main.ts` tells whoever started it when it is ready.
 *
 * @param {ChildProcess} child
 * @returns {Promise<string>} as this machine reaches it
 */
async function answersAt(child) {
  const [{ http }] = await once(child, "message");
  const url = new URL(http);
  if (url.hostname === "0.0.0.0" || url.hostname === "[::]") url.hostname = "127.0.0.1";
  return url.origin;
}
