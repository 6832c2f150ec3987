import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { test } from "node:test";
import { layersTable, mayImport, nameOf, placeOf, places } from "./layers.ts";
import { importsOf, root, sourceFiles, sourceFolders } from "./source-files.ts";

const files = sourceFolders.flatMap((folder) => sourceFiles(folder));
/** A unit test, or what several of them share. */
const isTest = (file: string): boolean => /(\.test|-for-tests)\.ts$/.test(file);

/** The file that an import means, or undefined for `node:` and libraries. */
function target(file: string, name: string): string | undefined {
  if (name.startsWith(".")) return posix.join(posix.dirname(file), name);
  const own = /^@oxbow\/(?<name>[^/]+)(?<below>\/.*)?$/.exec(name)?.groups;
  if (own === undefined) return undefined;
  const path = `packages/${own["name"] ?? ""}`;
  return exportsOf(path)[`.${own["below"] ?? ""}`] ?? `${path}${own["below"] ?? ""}`;
}

/** The doors of a package by the names in its `exports`, as paths from the root. */
function exportsOf(path: string): Record<string, string> {
  const manifest = `${root}${path}/package.json`;
  if (!existsSync(manifest)) return {};
  const { exports = {} }: { exports?: Record<string, string> } = JSON.parse(
    readFileSync(manifest, "utf8"),
  );
  return Object.fromEntries(
    Object.entries(exports).map(([name, file]) => [name, posix.join(path, file)]),
  );
}

/** What is wrong with one import, or undefined. */
function complaint(file: string, name: string): string | undefined {
  const from = placeOf(file);
  const path = target(file, name);
  if (path === undefined) return undefined;
  const to = placeOf(path);
  if (from === undefined || to === undefined) return `${file}: "${name}" stands in no known place`;
  const forTests = isTest(file) || from?.path === "tests";
  if (isTest(path) && !forTests) return `${file}: "${name}" is for tests alone`;
  // What tests share stands beside what it is for, and is no part of its door.
  if (from === to || isTest(path)) return undefined;
  // The program is started as a process of its own, not imported.
  if (path.endsWith("/src/main.ts")) return undefined;
  // A unit test wires its unit to whatever it needs, by the doors.
  if (!isTest(file) && !mayImport(from, to)) {
    return `${file}: ${nameOf(from)} may not import ${nameOf(to)} ("${name}")`;
  }
  if (name.startsWith(".") && to.path.startsWith("packages/")) {
    return `${file}: packages are imported by name, not as "${name}"`;
  }
  if (name.startsWith("@oxbow/")) {
    return Object.values(exportsOf(to.path)).includes(path)
      ? undefined
      : `${file}: "${name}" is not a door`;
  }
  // tools/ and fixtures/ have no door: their files are small and each is its own.
  const doors = [to.path, `${to.path}/index.ts`, `${to.path}/index.tsx`];
  if (to.path.includes("/") && !doors.includes(path)) {
    return `${file}: "${name}" is not the door of ${nameOf(to)}`;
  }
  return undefined;
}

const imports = files.flatMap((file) =>
  importsOf(readFileSync(`${root}${file}`, "utf8")).map((name) => ({ file, name })),
);

test("every import keeps to the table of layers and goes through a door", () => {
  assert.deepEqual(
    imports.map(({ file, name }) => complaint(file, name)).filter((found) => found !== undefined),
    [],
  );
});

test("the check saw imports of each kind, and each place of the table has files", () => {
  const between = imports.filter(({ file, name }) => {
    const path = target(file, name);
    return path !== undefined && placeOf(file) !== placeOf(path);
  });
  assert.ok(between.length > 20, `only ${between.length} imports between places`);
  assert.ok(between.some(({ name }) => name.startsWith("../")));
  assert.ok(between.some(({ name }) => name.startsWith("@oxbow/")));
  assert.deepEqual(
    places.filter((at) => !files.some((file) => placeOf(file) === at)).map(nameOf),
    [],
  );
});

test("an import against the arrows, past a door or by a path into a package is told", () => {
  const cases: [file: string, name: string, told: string | undefined][] = [
    ["packages/media/src/a.ts", "@oxbow/hls", "media may not import hls"],
    ["packages/hls/src/a.ts", "@oxbow/media", undefined],
    ["packages/hls/src/a.ts", "../../media/src/index.ts", "imported by name"],
    ["apps/server/src/live/a.ts", "../packager/index.ts", undefined],
    ["apps/server/src/live/a.ts", "../packager/chunk.ts", "not the door"],
    ["apps/server/src/live/a.ts", "../archive/index.ts", "live may not import archive"],
    ["apps/server/src/live/a.test.ts", "../archive/index.ts", undefined],
    ["apps/server/src/live/a-for-tests.ts", "../archive/index.ts", undefined],
    ["apps/server/src/live/a.ts", "./a-for-tests.ts", "for tests alone"],
    ["apps/server/src/live/a.ts", "../world.ts", undefined],
    ["apps/server/src/live/a.ts", "../settings.ts", "live may not import server"],
    ["apps/cli/src/a.ts", "../../server/src/server.ts", "cli may not import server"],
    ["tests/a.ts", "@oxbow/database/for-tests", undefined],
    ["bench/a.ts", "@oxbow/database/for-tests", "for tests alone"],
    ["bench/a.ts", "../apps/server/src/main.ts", undefined],
    ["apps/server/src/main.ts", "./live/index.ts", undefined],
    ["packages/sdk/src/a.ts", "@oxbow/contract/src/errors.ts", "not a door"],
    ["apps/web/src/watch/a.tsx", "@oxbow/player/element", undefined],
    ["apps/web/src/watch/a.tsx", "../chat/index.tsx", undefined],
    ["apps/web/src/chat/a.tsx", "../watch/index.tsx", "web/chat may not import web/watch"],
    ["apps/platform/src/chat/a.ts", "../store/index.ts", undefined],
    ["apps/platform/src/chat/a.ts", "@oxbow/sdk", "platform/chat may not import sdk"],
    ["packages/sdk/src/a.ts", "node:fs", undefined],
  ];
  for (const [file, name, told] of cases) {
    const found = complaint(file, name);
    assert.ok(
      told === undefined ? found === undefined : found?.includes(told),
      `${file} → ${name}: ${found ?? "nothing told"}`,
    );
  }
});

test("imports are found in every form in which they are written", () => {
  const source = `import a from "a";
import type { B } from "b";
import "c";
import {
  d,
} from "d";
export { e } from "e";
const f = await import("f");
new Worker(new URL("./g.ts", import.meta.url));
const text = 'from "h"';
`;
  assert.deepEqual(importsOf(source).toSorted(), ["./g.ts", "a", "b", "c", "d", "e", "f"]);
});

test("ARCHITECTURE.md shows the table that is checked", () => {
  assert.ok(
    readFileSync(`${root}ARCHITECTURE.md`, "utf8").includes(layersTable()),
    `Put this into ARCHITECTURE.md:\n${layersTable()}`,
  );
});
