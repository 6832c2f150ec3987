import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import * as fc from "fast-check";
import { openSecretBox, secretBox } from "./secret-box.ts";

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "oxbow-secret-"));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

test("what is sealed opens again, and looks different each time", () => {
  const box = secretBox(Buffer.alloc(32, 1));
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const sealed = box.seal(text);
      assert.equal(box.open(sealed), text);
      assert.notEqual(box.seal(text), sealed);
    }),
  );
});

test("nothing opens with another key, or after a change", () => {
  const sealed = secretBox(Buffer.alloc(32, 1)).seal("the key");
  const wrong = { message: "Cannot open a sealed text: it was sealed with another key file" };
  assert.throws(() => secretBox(Buffer.alloc(32, 2)).open(sealed), wrong);
  const changed = `${sealed.slice(0, -2)}${sealed.endsWith("AA") ? "BB" : "AA"}`;
  assert.throws(() => secretBox(Buffer.alloc(32, 1)).open(changed), wrong);
  for (const text of ["", "v1.", "plain text", sealed.slice(3)]) {
    assert.throws(() => secretBox(Buffer.alloc(32, 1)).open(text), {
      message: "Cannot open a sealed text: it is not one",
    });
  }
});

test("the key file is made once, for its owner alone, whoever comes first", async (t) => {
  const file = join(await folder(t), "data", "secret");
  const boxes = await Promise.all(Array.from({ length: 5 }, () => openSecretBox(file)));
  const [sealed] = boxes.map((box) => box.seal("the key"));
  assert.deepEqual(
    boxes.map((box) => box.open(sealed ?? "")),
    Array(5).fill("the key"),
  );
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  const text = await readFile(file, "utf8");
  assert.equal((await openSecretBox(file)).open(sealed ?? ""), "the key");
  assert.equal(await readFile(file, "utf8"), text);
});

test("a key file that holds something else is refused", async (t) => {
  const file = join(await folder(t), "secret");
  await writeFile(file, "too short");
  await assert.rejects(openSecretBox(file), {
    message: `Cannot use the key file "${file}": it does not hold 32 bytes`,
  });
});
