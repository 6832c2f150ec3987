import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { filesToLookAtAgain, readArguments, testFiles, testRuns } from "./test.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

test("named places are run alone, switches go to node, --fast leaves the system tests out", () => {
  assert.deepEqual(readArguments(["tools", "--test-only"]), {
    places: ["tools"],
    switches: ["--test-only"],
  });
  assert.deepEqual(
    [readArguments([]), readArguments(["--fast"])].map((read) => [
      read.places.includes("tests"),
      read.places.includes("packages"),
      read.switches,
    ]),
    [
      [true, true, []],
      [false, true, []],
    ],
  );
});

test("the test files of a folder are found below it, and a file is itself", () => {
  const file = join("tools", "test.test.ts");
  assert.ok(testFiles(root, "tools").includes(file));
  assert.deepEqual(testFiles(root, file), [file]);
  assert.throws(() => testFiles(root, "tools/none"), { name: "UserProblem" });
});

test("tests that look at how smoothly media plays have the cores for themselves", () => {
  const [unit, other, media] = ["apps/a.test.ts", "tests/a.test.ts", "tests/player-a.test.ts"];
  assert.deepEqual(testRuns([unit, media, other], 1), [
    { files: [unit, other], concurrency: 3 },
    { files: [media], concurrency: 2 },
  ]);
  assert.deepEqual(testRuns([media], 64), [{ files: [media], concurrency: 8 }]);
});

test("a second look is for a few whole-system tests, and for nothing where anything else failed", () => {
  const ran = [
    "tests/a.test.ts",
    "tests/b.test.ts",
    "tests/c.test.ts",
    "tests/d.test.ts",
    "x.test.ts",
  ];
  const again = (...files: string[]): string[] =>
    filesToLookAtAgain(
      files.map((file) => ({ file, name: "fails", why: "" })),
      ran,
    );
  assert.deepEqual(again("tests/a.test.ts", "tests/a.test.ts"), ["tests/a.test.ts"]);
  assert.deepEqual(again("tests/a.test.ts", "x.test.ts"), []);
  assert.deepEqual(again("tests/a.test.ts", "tests/helper.ts"), []);
  assert.deepEqual(again(...ran.slice(0, 4)), []);
});

/** Files of tests below a root of their own, run as `npm test` runs them. */
async function runOf(
  files: Readonly<Record<string, string>>,
  ...args: string[]
): Promise<{ code: number; said: string }> {
  const own = await mkdtemp(join(tmpdir(), "oxbow-test-tool-"));
  try {
    for (const folder of ["packages", "apps", "tools", "fixtures", "bench", "tests"]) {
      await mkdir(join(own, folder));
    }
    for (const [name, text] of Object.entries(files)) await writeFile(join(own, name), text);
    const tool = pathToFileURL(join(root, "tools/test.mjs")).href;
    const code = `import { test } from ${JSON.stringify(tool)};
      process.exitCode = await test(process.cwd(), process.argv.slice(1));`;
    // This process is a test itself, which `node --test` would take for its parent.
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    return await new Promise((resolve) => {
      const child = execFile(
        process.execPath,
        ["--input-type=module", "-e", code, "--", ...args],
        { cwd: own, env },
        (_error, stdout, stderr) => resolve({ code: child.exitCode ?? -1, said: stdout + stderr }),
      );
    });
  } finally {
    await rm(own, { recursive: true });
  }
}

/** Fails the first time that it runs below a root, and then no longer. */
const UNSTEADY = `
  import { existsSync, writeFileSync } from "node:fs";
  import { test } from "node:test";
  test("by chance", () => {
    if (existsSync("seen")) return;
    writeFileSync("seen", "");
    throw new Error("no processor");
  });`;
const WRONG = `
  import { test } from "node:test";
  test("outer", (t) => t.test("always", () => { throw new Error("it is wrong"); }));`;

test("what passes by itself is told to be unsteady, where a second look was asked for", async () => {
  const once = await runOf({ "tests/a.test.ts": UNSTEADY });
  assert.equal(once.code, 1);
  assert.match(once.said, /What failed:\n\ntests\/a\.test\.ts: by chance\nError: no processor/);
  const twice = await runOf({ "tests/a.test.ts": UNSTEADY }, "--second-look");
  assert.equal(twice.code, 0, twice.said);
  assert.match(twice.said, /UNSTEADY.*\n\ntests\/a\.test\.ts: by chance/);
});

test("what is wrong fails the second time too, and a unit is looked at once", async () => {
  const wrong = await runOf({ "tests/a.test.ts": WRONG }, "--second-look");
  assert.equal(wrong.code, 1);
  assert.match(wrong.said, /What failed twice:\n\ntests\/a\.test\.ts: always\nError: it is wrong/);
  const crashes = await runOf({ "tests/a.test.ts": "process.exit(3);" }, "--second-look");
  assert.equal(crashes.code, 1);
  assert.match(crashes.said, /What failed twice:\n\ntests\/a\.test\.ts/);
  const unit = await runOf({ "packages/a.test.ts": UNSTEADY }, "--second-look");
  assert.equal(unit.code, 1);
  assert.doesNotMatch(unit.said, /UNSTEADY/);
});
