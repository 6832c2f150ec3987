import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { test } from "node:test";
import { root, sourceFiles, sourceFolders } from "./source-files.ts";

const sources = sourceFolders.flatMap((folder) => sourceFiles(folder));
const read = (file: string): string => readFileSync(`${root}${file}`, "utf8");

/** The files that git keeps, those not added yet included. */
function keptFiles(): string[] {
  const listed = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "-z"], {
    cwd: root,
  });
  return listed
    .toString()
    .split("\0")
    .filter((file) => file !== "" && existsSync(`${root}${file}`));
}

test("no source file is longer than 500 lines", () => {
  const long = sources
    .filter((file) => !file.includes(".generated."))
    .map((file) => ({ file, lines: read(file).split("\n").length - 1 }))
    .filter(({ lines }) => lines > 500);
  assert.deepEqual(long, []);
});

test("no file or folder has a name that says nothing", () => {
  const banned =
    /^(?:utils?|helpers?|misc|types?|managers?|common|config|lib)$|-(?:utils?|helpers?|manager|misc)$/;
  const badly = sources.filter((file) =>
    file.split("/").some((part) => banned.test(part.replace(/(?:\.test)?\.(?:ts|tsx|mjs)$/, ""))),
  );
  assert.deepEqual(badly, []);
});

test("nothing that is kept names a package registry or a folder of somebody's machine", () => {
  const registry = process.env["npm_config_registry"];
  const patterns = [
    // From the root of a disk: a folder of sources may be called home.
    /(?<![.\w])\/(?:home|Users)\/[a-z]/,
    /https?:\/\/[\w.-]*(?:registry|artifactory|nexus)[\w.-]*/,
  ];
  const texts = [dirname(root), registry === undefined ? "" : new URL(registry).host].filter(
    (text) => text.length > 1 && text !== "/tmp",
  );
  const tells = (line: string): boolean =>
    patterns.some((pattern) => pattern.test(line)) || texts.some((text) => line.includes(text));
  const found = keptFiles()
    .filter((file) => !/\.(?:png|jpg|mp4|flv|gz)$/.test(file))
    .flatMap((file) =>
      read(file)
        .split("\n")
        .filter(tells)
        .map((line) => `${file}: ${line.trim().slice(0, 120)}`),
    );
  assert.deepEqual(found, []);
});

test("the lock file says what to install, not from where", () => {
  assert.deepEqual(read("package-lock.json").match(/"resolved": "http[^"]*"/g), null);
});

test("main.ts hands the environment to settings.ts, and nothing else reads it", () => {
  const readers = sources.filter(
    (file) =>
      /^(?:apps\/server|apps\/platform|packages)\//.test(file) &&
      !file.endsWith(".test.ts") &&
      !/^apps\/(?:server|platform)\/src\/(?:main|settings)\.ts$/.test(file) &&
      /\bprocess\.env\b/.test(read(file)),
  );
  assert.deepEqual(readers, []);
});

test("every folder of the server, the platform and the site has one door", () => {
  const folders = ["apps/server/src", "apps/platform/src", "apps/web/src"].flatMap((place) =>
    readdirSync(`${root}${place}`, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => `${place}/${entry.name}`),
  );
  assert.ok(folders.length > 20);
  /** What a browser begins with, and nobody imports. */
  const entries = new Set(["apps/web/src/app", "apps/web/src/embed"]);
  assert.deepEqual(
    folders.filter(
      (folder) =>
        !entries.has(folder) &&
        !["index.ts", "index.tsx"].some((door) => existsSync(`${root}${folder}/${door}`)),
    ),
    [],
  );
});

test("every noun of GLOSSARY.md is an exported type where it says", () => {
  const rows = [
    ...read("GLOSSARY.md").matchAll(
      /^\| (?<noun>[^|]+) \|.*\| `(?<type>\w+)` in `(?<place>[^`]+)` \|$/gm,
    ),
  ].map((match) => match.groups);
  assert.ok(rows.length >= 15, `only ${rows.length} nouns read`);
  const missing = rows.filter((row) => {
    const declared = new RegExp(
      `^export (?:type|interface|class|const) ${row?.["type"] ?? ""}\\b`,
      "m",
    );
    const place = row?.["place"] ?? "";
    return !existsSync(`${root}${place}`) || !declared.test(read(place));
  });
  assert.deepEqual(
    missing.map(
      (row) => `${row?.["noun"] ?? ""}: ${row?.["type"] ?? ""} in ${row?.["place"] ?? ""}`,
    ),
    [],
  );
});

test("every decision has a number of its own and a title", () => {
  const decisions = readdirSync(`${root}docs/decisions`);
  assert.ok(decisions.length > 0);
  assert.deepEqual(
    decisions.filter((name) => !/^\d{4}-[a-z0-9-]+\.md$/.test(name)),
    [],
  );
  const numbers = decisions.map((name) => basename(name).slice(0, 4));
  assert.deepEqual(new Set(numbers).size, numbers.length);
});
