import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type BuiltSite, buildSiteInto, gzipBytes, loadedWith } from "./built-site-for-tests.ts";

/** Bytes of gzip before hls.js: what `goals.md` allows. */
const WATCH = 200_000;
const EMBED = 65_000;

let folder = "";
let site: BuiltSite;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-site-"));
  site = await buildSiteInto(folder);
});
after(() => rm(folder, { recursive: true, force: true }));

const isHls = (key: string): boolean => /hls/.test(site.manifest[key]?.name ?? "");

/** Everything that the pages of an area come to load, in one language; hls.js apart. */
function loadedBy(entry: string, areas: readonly string[]): string[] {
  const ofArea = Object.keys(site.manifest).filter(
    (key) =>
      areas.some((area) => key.startsWith(`src/${area}/`)) && !key.endsWith("texts-pt-br.ts"),
  );
  const own = ["src/core/texts-en.ts", "src/app/texts-en.ts"].filter((key) => key in site.manifest);
  const reached = loadedWith(site.manifest, [
    entry,
    ...ofArea,
    ...(entry === "index.html" ? own : []),
  ]);
  const player = reached.flatMap((key) =>
    (site.manifest[key]?.dynamicImports ?? []).filter((one) => one.includes("packages/player")),
  );
  return loadedWith(site.manifest, [...reached, ...player]).filter((key) => !isHls(key));
}

const sum = (sizes: Record<string, number>): number =>
  Object.values(sizes).reduce((total, size) => total + size, 0);

test("the scripts of the watch page stay within their budget", async () => {
  const keys = loadedBy("index.html", ["watch", "chat"]);
  assert.ok(
    keys.some((key) => key.startsWith("src/watch/")),
    "the watch page is a chunk of its own",
  );
  const sizes = await gzipBytes(site, keys);
  assert.ok(sum(sizes) <= WATCH, `${sum(sizes)} bytes: ${JSON.stringify(sizes)}`);
});

test("the scripts of the embed page stay within their budget, and hold no React", async () => {
  const keys = loadedBy("embed.html", ["embed"]);
  const sizes = await gzipBytes(site, keys);
  assert.ok(sum(sizes) <= EMBED, `${sum(sizes)} bytes: ${JSON.stringify(sizes)}`);
  const sources = await Promise.all(
    keys.map((key) => readFile(join(folder, site.manifest[key]?.file ?? ""), "utf8")),
  );
  assert.ok(sources.every((source) => !source.includes("react.element")));
});

test("hls.js is a chunk of its own that no page begins with", () => {
  const hls = Object.keys(site.manifest).filter(isHls);
  assert.equal(hls.length, 1);
  assert.deepEqual(loadedWith(site.manifest, ["index.html"]).filter(isHls), []);
});

test("pages hold no script, style or handler within them, and load nothing from elsewhere", async () => {
  for (const page of ["index.html", "embed.html"]) {
    const html = await readFile(join(folder, page), "utf8");
    assert.deepEqual(html.match(/<script(?![^>]*\bsrc="\/)[^>]*>/g), null, page);
    assert.deepEqual(html.match(/<style\b|\sstyle=|\son\w+=|javascript:/gi), null, page);
    assert.deepEqual(html.match(/(?:src|href)="(?!\/(?!\/))[^"]*"/g), null, page);
  }
});

test("no script needs what the site's policy forbids", async () => {
  const scripts = Object.values(site.manifest)
    .map(({ file }) => file)
    .filter((file) => file.endsWith(".js"));
  assert.ok(scripts.length > 5);
  for (const file of scripts) {
    const source = await readFile(join(folder, file), "utf8");
    assert.doesNotMatch(source, /\bnew Function\(|\beval\(/, file);
  }
});
