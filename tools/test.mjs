import { existsSync, readdirSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { foreground } from "./child.mjs";
import { findNode } from "./node-runtime.mjs";
import { UserProblem } from "./user-problem.mjs";

/** Folders whose tests are units, seconds together. */
const fast = ["packages", "apps", "tools", "fixtures", "bench"];
/** Folders whose tests start whole servers, encoders and browsers. */
const slow = ["tests"];
/** Those of the slow that play media in real time: all but the site's. */
const playing = /^tests[\\/](?!platform-)/;

/**
 * Sorts the arguments of `npm test`: files and folders to run, `--fast`, and switches for
 * `node --test` (for example `--test-name-pattern=gap`).
 *
 * @param {readonly string[]} args
 */
export function readArguments(args) {
  const places = args.filter((arg) => !arg.startsWith("-"));
  const all = args.includes("--fast") ? fast : [...slow, ...fast];
  return {
    places: places.length === 0 ? all : places,
    switches: args.filter((arg) => arg.startsWith("-") && arg !== "--fast" && arg !== "--no-tests"),
  };
}

/**
 * @param {string} root
 * @param {string} place a file, or a folder to search, below the root
 * @returns {string[]} the test files, sorted
 */
export function testFiles(root, place) {
  const stat = statSync(join(root, place), { throwIfNoEntry: false });
  if (stat === undefined) throw new UserProblem(`There is no file or folder "${place}"`);
  if (stat.isFile()) return [place];
  return readdirSync(join(root, place), { withFileTypes: true })
    .filter((entry) => entry.name !== "node_modules")
    .toSorted((a, b) => a.name.localeCompare(b.name))
    .flatMap((entry) => {
      const path = join(place, entry.name);
      if (entry.isDirectory()) return testFiles(root, path);
      return entry.name.endsWith(".test.ts") ? [path] : [];
    });
}

/**
 * Sorts test files into runs, one after the other. Media that is played in real time needs a core for
 * itself; all else leaves cores idle now and then.
 *
 * @param {readonly string[]} files
 * @param {number} cores
 * @returns {{ files: string[], concurrency: number }[]}
 */
export function testRuns(files, cores) {
  const atOnce = Math.min(Math.max(2, cores), 8);
  return [
    { files: files.filter((file) => !playing.test(file)), concurrency: atOnce + 1 },
    { files: files.filter((file) => playing.test(file)), concurrency: atOnce },
  ].filter((run) => run.files.length > 0);
}

/**
 * Runs the tests: all, or what the arguments name. Answers an exit code of `node --test`.
 *
 * @param {string} root
 * @param {readonly string[]} args
 */
export async function test(root, args) {
  const { places: named, switches } = readArguments(args);
  const places = named.filter((place) => args.includes(place) || existsSync(join(root, place)));
  const files = places.flatMap((place) => testFiles(root, place));
  if (files.length === 0) throw new UserProblem(`There is no *.test.ts in ${places.join(", ")}`);
  let failed = 0;
  for (const run of testRuns(files, availableParallelism())) {
    const code = await foreground(
      findNode(root),
      [
        "--test",
        `--test-concurrency=${run.concurrency}`,
        // A test that hangs fails, and does not hang the rest.
        "--test-timeout=300000",
        ...switches,
        ...run.files,
      ],
      // Hundreds of processes load the same sources: each is compiled once.
      { cwd: root, env: { ...process.env, NODE_COMPILE_CACHE: join(root, ".cache/compiled") } },
    );
    // Ended by a signal, and not by a test.
    if (code > 128) return code;
    failed ||= code;
  }
  return failed;
}
