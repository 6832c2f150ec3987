import assert from "node:assert/strict";
import { test } from "node:test";
import { type Manifest, preloadLinks } from "./preloads.ts";

const chunk = (file: string, imports: string[] = [], css: string[] = []) => ({
  file,
  imports,
  css,
});
const manifest: Manifest = {
  "index.html": chunk("assets/site.js", ["_runtime.js"]),
  "_runtime.js": chunk("assets/runtime.js"),
  "_plural.js": chunk("assets/plural.js"),
  "src/core/texts-en.ts": chunk("assets/core-en.js", ["_plural.js", "index.html"]),
  "src/app/texts-en.ts": chunk("assets/app-en.js"),
  "src/watch/index.tsx": chunk("assets/watch.js", ["index.html"], ["assets/watch.css"]),
  "src/watch/texts-en.ts": chunk("assets/watch-en.js", ["_plural.js"]),
  "src/watch/texts-pt-br.ts": chunk("assets/watch-pt.js"),
};

test("an area's scripts, texts and styles are fetched at once, each once, without the site's own", () => {
  assert.equal(
    preloadLinks(manifest, "watch", "en"),
    `<link rel="preload" as="style" crossorigin href="/assets/watch.css">
<link rel="modulepreload" crossorigin href="/assets/watch.js">
<link rel="modulepreload" crossorigin href="/assets/core-en.js">
<link rel="modulepreload" crossorigin href="/assets/plural.js">
<link rel="modulepreload" crossorigin href="/assets/app-en.js">
<link rel="modulepreload" crossorigin href="/assets/watch-en.js">
`,
  );
});

test("texts are those of the page's language, and what was not built is left out", () => {
  assert.equal(
    preloadLinks(manifest, "watch", "pt-BR"),
    `<link rel="preload" as="style" crossorigin href="/assets/watch.css">
<link rel="modulepreload" crossorigin href="/assets/watch.js">
<link rel="modulepreload" crossorigin href="/assets/watch-pt.js">
`,
  );
  assert.equal(preloadLinks({}, "watch", "en"), "");
});
