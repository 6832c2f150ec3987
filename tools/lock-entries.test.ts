import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { completed, missingEntries, platformOf } from "./lock-entries.mjs";

test("the lock file has an entry for every optional dependency, as npm ci wants it", () => {
  const lock = new URL("../package-lock.json", import.meta.url);
  assert.deepEqual(
    missingEntries(JSON.parse(readFileSync(lock, "utf8")).packages).map(([path]) => path),
    [],
    "run node tools/complete-lock.mjs",
  );
});

test("a build that the registry did not have is entered with its version and platform", () => {
  const packages = {
    "": { version: "1.0.0" },
    "node_modules/tool": {
      dev: true,
      optionalDependencies: { "@tool/linux-x64": "2.0.0", "@tool/darwin-arm64": "2.0.0" },
    },
    "node_modules/@tool/linux-x64": { version: "2.0.0", optional: true },
  };
  const entry = { version: "2.0.0", cpu: ["arm64"], os: ["darwin"], dev: true, optional: true };
  assert.deepEqual(missingEntries(packages), [["node_modules/@tool/darwin-arm64", entry]]);
  assert.deepEqual(missingEntries(completed(packages)), []);
});

test("names say their platform", () => {
  assert.deepEqual(
    ["@a/binding-linux-x64-musl", "@a/binding-linux-arm-gnueabihf", "@a/cli-win32-arm64", "b"].map(
      (name) => platformOf(name),
    ),
    [
      { cpu: ["x64"], libc: ["musl"], os: ["linux"] },
      { cpu: ["arm"], libc: ["glibc"], os: ["linux"] },
      { cpu: ["arm64"], os: ["win32"] },
      {},
    ],
  );
});
