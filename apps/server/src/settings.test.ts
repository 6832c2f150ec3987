import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { BadSettings, readSettings } from "./settings.ts";

const folder = mkdtempSync(join(tmpdir(), "oxbow-settings-"));
after(() => rmSync(folder, { recursive: true }));

test("nothing has to be set", () => {
  const settings = readSettings({}, "/nowhere");
  assert.equal(settings.httpPort, 8080);
  assert.equal(settings.rtmpPort, 1935);
  assert.equal(settings.data, "/nowhere/data");
});

test("the environment wins over the file, and the file over the defaults", () => {
  writeFileSync(join(folder, "oxbow.json"), JSON.stringify({ httpPort: 81, rtmpPort: 82 }));
  const settings = readSettings({ OXBOW_HTTP_PORT: "0" }, folder);
  assert.deepEqual([settings.httpPort, settings.rtmpPort], [0, 82]);
});

test("every problem is told at once, by the name of its setting", () => {
  writeFileSync(join(folder, "oxbow.json"), JSON.stringify({ rtmpPort: "x", colour: 1 }));
  const environment = { OXBOW_HTTP_PORT: "99999", OXBOW_STORAGE: "s3://bucket" };
  assert.throws(
    () => readSettings(environment, folder),
    (error) => {
      assert.ok(error instanceof BadSettings);
      for (const name of ["OXBOW_HTTP_PORT", "OXBOW_RTMP_PORT", "OXBOW_STORAGE", "colour"]) {
        assert.match(error.message, new RegExp(name));
      }
      return true;
    },
  );
});

test("a file that is not JSON is told by its path", () => {
  writeFileSync(join(folder, "oxbow.json"), "{");
  assert.throws(() => readSettings({}, folder), /oxbow\.json is not JSON/);
});
