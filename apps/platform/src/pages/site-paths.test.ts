import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { pageFolders } from "./site-paths.ts";

test("what is no page of the site's router is not found, and all of its pages are", async () => {
  const router = new URL("../../../web/src/app/router.tsx", import.meta.url);
  const paths = (await readFile(router, "utf8")).matchAll(/\[\s*"\/(?<folder>[a-z-]*)/g);
  const folders = new Set([...paths].map(({ groups }) => groups?.["folder"] ?? ""));
  assert.deepEqual([...folders, "embed"].toSorted(), pageFolders.toSorted());
});
