import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { foreground } from "./child.mjs";
import { findNode } from "./node-runtime.mjs";
import { UserProblem } from "./user-problem.mjs";

/** Folders whose tests are units, seconds together. */
const fast = ["packages", "apps", "tools", "fixtures", "bench"];
/** Folders whose tests start whole servers, encoders and browsers. */
const slow = ["tests"];
/** Those of the slow that look at how smoothly media is played. */
const playing = /^tests[\\/](?:player-|second-engine|low-latency)/;
/** Those that depend on how much of the machine they get. */
const whole = /^tests[\\/]/;
/** More files than these don't fail by chance. */
const MOST_LOOKED_AT_AGAIN = 3;
const reporter = fileURLToPath(new URL("failures-reporter.mjs", import.meta.url));

/** @typedef {{ readonly file: string, readonly name: string, readonly why: string }} Failure */

/** Switches that are not for `node --test`. */
const ours = new Set(["--fast", "--second-look", "--no-tests"]);

/**
 * Sorts the arguments of `npm test`: files and folders to run, `--fast`, `--second-look`, and switches
 * for `node --test` (for example `--test-name-pattern=gap`).
 *
 * @param {readonly string[]} args
 */
export function readArguments(args) {
  const places = args.filter((arg) => !arg.startsWith("-"));
  const all = args.includes("--fast") ? fast : [...slow, ...fast];
  return {
    places: places.length === 0 ? all : places,
    switches: args.filter((arg) => arg.startsWith("-") && !ours.has(arg)),
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
 * Sorts test files into runs, one after the other. Who plays media, and is not to stall, needs a core
 * for himself; all else leaves cores idle now and then.
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
 * The files that are run a second time, by themselves: a few whole-system tests that failed while other
 * work had the machine. None where anything else failed as well. docs/decisions/0033
 *
 * @param {readonly Failure[]} failures
 * @param {readonly string[]} ran the files that were run
 * @returns {string[]}
 */
export function filesToLookAtAgain(failures, ran) {
  const files = [...new Set(failures.map(({ file }) => file))];
  const isWhole = files.every((file) => whole.test(file) && ran.includes(file));
  return isWhole && files.length <= MOST_LOOKED_AT_AGAIN ? files : [];
}

/**
 * @param {string} root
 * @param {{ files: readonly string[], concurrency: number }} run
 * @param {readonly string[]} switches
 * @returns {Promise<{ code: number, failures: Failure[] }>} the exit code of `node --test`, and what failed
 */
async function runTests(root, { files, concurrency }, switches) {
  const folder = mkdtempSync(join(tmpdir(), "oxbow-tests-"));
  const told = join(folder, "failures");
  // Who names a reporter has it alone.
  const reporters = switches.some((each) => each.startsWith("--test-reporter"))
    ? []
    : [
        ...["--test-reporter=spec", "--test-reporter-destination=stdout"],
        ...[`--test-reporter=${reporter}`, `--test-reporter-destination=${told}`],
      ];
  const code = await foreground(
    findNode(root),
    [
      "--test",
      `--test-concurrency=${concurrency}`,
      // A test that hangs fails, and does not hang the rest.
      "--test-timeout=300000",
      ...reporters,
      ...switches,
      ...files,
    ],
    // Hundreds of processes load the same sources: each is compiled once.
    { cwd: root, env: { ...process.env, NODE_COMPILE_CACHE: join(root, ".cache/compiled") } },
  );
  const lines = existsSync(told) ? readFileSync(told, "utf8").trim().split("\n") : [];
  rmSync(folder, { recursive: true });
  return { code, failures: lines.filter((line) => line !== "").map((line) => JSON.parse(line)) };
}

/** @param {string} heading @param {readonly Failure[]} failures */
function tell(heading, failures) {
  const each = failures.map(({ file, name, why }) => `${file}: ${name}\n${why}\n`);
  process.stdout.write(`\n${heading}\n\n${each.join("\n")}\n`);
}

/**
 * Runs the tests: all, or what the arguments name. What failed is told once more at the end. Answers an
 * exit code of `node --test`.
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
  /** @type {Failure[]} */
  const failures = [];
  for (const run of testRuns(files, availableParallelism())) {
    const { code, failures: more } = await runTests(root, run, switches);
    // Ended by a signal, and not by a test.
    if (code > 128) return code;
    failed ||= code;
    failures.push(...more);
  }
  if (failures.length > 0) tell("What failed:", failures);
  const again = args.includes("--second-look") ? filesToLookAtAgain(failures, files) : [];
  if (again.length === 0) return failed;
  process.stdout.write(`A second look, one by one: ${again.join(", ")}\n`);
  const { code, failures: still } = await runTests(
    root,
    { files: again, concurrency: 1 },
    switches,
  );
  if (code === 0) tell("UNSTEADY, failed at first and passed by themselves:", failures);
  else tell("What failed twice:", still);
  return code;
}
