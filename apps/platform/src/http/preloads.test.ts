import assert from "node:assert/strict";
import { test } from "node:test";
import { type Manifest, preloadLinks } from "./preloads.ts";

const chunk = (file: string, parts: Partial<Manifest[string]> = {}): Manifest[string] => ({
  file,
  imports: [],
  dynamicImports: [],
  css: [],
  ...parts,
});
const manifest: Manifest = {
  "index.html": chunk("assets/site.js", { imports: ["_runtime.js"] }),
  "_runtime.js": chunk("assets/runtime.js"),
  "_plural.js": chunk("assets/plural.js"),
  "_player.js": chunk("assets/player.js", {
    imports: ["_runtime.js"],
    dynamicImports: ["hls.ts"],
  }),
  "hls.ts": chunk("assets/hls.js"),
  "src/core/texts-en.ts": chunk("assets/core-en.js", { imports: ["_plural.js", "index.html"] }),
  "src/app/texts-en.ts": chunk("assets/app-en.js"),
  "src/watch/index.tsx": chunk("assets/watch.js", {
    imports: ["index.html"],
    dynamicImports: [
      "src/watch/texts-en.ts",
      "src/watch/texts-pt-br.ts",
      "_player.js",
      "src/chat/index.tsx",
    ],
    css: ["assets/watch.css"],
  }),
  "src/watch/texts-en.ts": chunk("assets/watch-en.js", { imports: ["_plural.js"] }),
  "src/watch/texts-pt-br.ts": chunk("assets/watch-pt.js"),
  "src/chat/index.tsx": chunk("assets/chat.js", {
    imports: ["index.html"],
    css: ["assets/chat.css"],
  }),
  "src/chat/texts-en.ts": chunk("assets/chat-en.js"),
};

test("an area's scripts, texts and styles are fetched at once, each once, then what its page loads", () => {
  assert.equal(
    preloadLinks(manifest, "watch", "en"),
    `<link rel="stylesheet" crossorigin href="/assets/watch.css">
<link rel="modulepreload" crossorigin fetchpriority="low" href="/assets/watch.js">
<link rel="modulepreload" crossorigin fetchpriority="low" href="/assets/core-en.js">
<link rel="modulepreload" crossorigin fetchpriority="low" href="/assets/plural.js">
<link rel="modulepreload" crossorigin fetchpriority="low" href="/assets/app-en.js">
<link rel="modulepreload" crossorigin fetchpriority="low" href="/assets/watch-en.js">
<link rel="modulepreload" crossorigin fetchpriority="low" href="/assets/player.js">
<link rel="modulepreload" crossorigin fetchpriority="low" href="/assets/runtime.js">
<link rel="modulepreload" crossorigin fetchpriority="low" href="/assets/chat.js">
<link rel="modulepreload" crossorigin fetchpriority="low" href="/assets/chat-en.js">
<link rel="preload" as="style" crossorigin fetchpriority="low" href="/assets/chat.css">
`,
  );
});

test("texts are those of the page's language, and what was not built is left out", () => {
  const links = preloadLinks(manifest, "watch", "pt-BR");
  assert.deepEqual(
    [...links.matchAll(/\/assets\/([\w-]+)\.js/g)].map(([, name]) => name),
    ["watch", "watch-pt", "player", "runtime", "chat"],
  );
  assert.equal(preloadLinks({}, "watch", "en"), "");
});
