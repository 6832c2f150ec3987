import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { PieceFolder, piecesKept } from "./piece-folder.ts";

test("pieces stay for the same outline, go for another, and are not thrown away because it can't be read", async (t) => {
  const root = await mkdtemp(join(tmpdir(), "oxbow-pieces-"));
  t.after(() => rm(root, { recursive: true }));
  assert.deepEqual(await piecesKept(root), []);
  const folder = await PieceFolder.open(root, "exp_1", "one");
  assert.deepEqual([await folder.bytes("a"), await folder.drafted("a")], [undefined, 0]);
  await writeFile(folder.draft("a"), "abc");
  assert.equal(await folder.drafted("a"), 3);
  await folder.finish(["a"]);
  assert.equal(await (await PieceFolder.open(root, "exp_1", "one")).bytes("a"), 3);
  assert.deepEqual(await piecesKept(root), ["exp_1"]);

  const outline = join(folder.path, "outline");
  await rm(outline);
  await mkdir(outline);
  await assert.rejects(PieceFolder.open(root, "exp_1", "one"), { code: "EISDIR" });
  assert.equal(await readFile(folder.place("a"), "utf8"), "abc");

  await rm(outline, { recursive: true });
  await writeFile(outline, "one");
  assert.equal(await (await PieceFolder.open(root, "exp_1", "two")).bytes("a"), undefined);
});
