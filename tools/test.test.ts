import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { readArguments, testFiles } from "./test.mjs";

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
