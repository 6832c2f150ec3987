import { runAll } from "./all-in-one.mjs";
import { check } from "./check.mjs";
import { foreground } from "./child.mjs";
import { installDependencies } from "./dependencies.mjs";
import { findNode } from "./node-runtime.mjs";
import { buildSite } from "./site.mjs";
import { installSystemPrograms } from "./system-programs.mjs";
import { test } from "./test.mjs";

/**
 * Runs a TypeScript entry point with a Node.js that can.
 *
 * @param {string} root
 * @param {string} entry
 * @param {readonly string[]} args
 */
function runSource(root, entry, args) {
  // The working directory stays the caller's: paths on the command line and OXBOW_DATA mean there.
  return foreground(findNode(root), [`${root}${entry}`, ...args], { env: environment(root) });
}

/** @param {string} root */
function environment(root) {
  const env = { ...process.env };
  // Reads, writes and hashes of media run on libuv's threads; its four are all taken by four slow
  // disk operations.
  env["UV_THREADPOOL_SIZE"] ??= "16";
  // Stripped and compiled code of the last start: the next one takes half the time.
  env["NODE_COMPILE_CACHE"] ??= `${root}node_modules/.cache/compiled`;
  return env;
}

const withoutFfmpeg =
  "Without ffmpeg the server passes on the encoder's own quality: no transcoding, no posters.";

/** @param {string} root @param {readonly string[]} args */
async function serve(root, args) {
  await installDependencies(root);
  await installSystemPrograms(root, ["ffmpeg"], withoutFfmpeg);
  return runSource(root, "apps/server/src/main.ts", args);
}

/** The media server, and the platform on top of it. @param {string} root */
async function start(root) {
  await installDependencies(root);
  await installSystemPrograms(root, ["ffmpeg"], withoutFfmpeg);
  await buildSite(root);
  return runAll({
    node: findNode(root),
    server: `${root}apps/server/src/main.ts`,
    platform: `${root}apps/platform/src/main.ts`,
    env: environment(root),
  });
}

/** @param {string} root @param {readonly string[]} args */
async function runTests(root, args) {
  await installDependencies(root);
  await installSystemPrograms(
    root,
    ["ffmpeg", "chromium", "postgresql"],
    "Tests that need what is missing fail.",
  );
  await buildSite(root);
  return test(root, args);
}

/**
 * What `npm start` and the other scripts do. Each takes the repository's root (with a closing slash)
 * and the arguments, and answers the exit code.
 *
 * @type {Record<string, (root: string, args: readonly string[]) => Promise<number>>}
 */
export const commands = {
  start,
  server: serve,

  async platform(root, args) {
    await installDependencies(root);
    await buildSite(root);
    return runSource(root, "apps/platform/src/main.ts", args);
  },

  async cli(root, args) {
    await installDependencies(root);
    return runSource(root, "apps/cli/src/main.ts", args);
  },

  async bench(root, args) {
    await installDependencies(root);
    await installSystemPrograms(root, ["ffmpeg"], "The benchmarks publish with ffmpeg.");
    return runSource(root, "bench/main.ts", args);
  },

  test: runTests,

  async ok(root, args) {
    await installDependencies(root);
    const failed = await check(root);
    if (args.includes("--no-tests")) return failed ? 1 : 0;
    const tests = await runTests(root, args);
    return failed || tests !== 0 ? 1 : 0;
  },
};
