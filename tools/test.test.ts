import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { readArguments, testFiles, testRuns } from "./test.mjs";

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

test("tests that play media in real time have the cores for themselves", () => {
  const [unit, site, media] = ["apps/a.test.ts", "tests/platform-a.test.ts", "tests/a.test.ts"];
  assert.deepEqual(testRuns([unit, site, media], 1), [
    { files: [unit, site], concurrency: 3 },
    { files: [media], concurrency: 2 },
  ]);
  assert.deepEqual(testRuns([media], 64), [{ files: [media], concurrency: 8 }]);
});
