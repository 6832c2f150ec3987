import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

test("nothing of the SDK and the contract needs Node", () => {
  const packages = fileURLToPath(new URL("../../", import.meta.url));
  const files = ["sdk", "contract"]
    .flatMap((name) => globSync(`${packages}${name}/src/**/*.ts`))
    .filter((file) => !/(\.test|-for-tests)\.ts$/.test(file));
  assert.ok(files.length > 30);
  const ofNode = files.filter((file) =>
    /from "node:|\b(process|Buffer|require)\b\s*[.(]|import\.meta/.test(readFileSync(file, "utf8")),
  );
  assert.deepEqual(ofNode, []);
});
