import { basename, dirname } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** The first HTML is a picture and a title, which styles and a poster make: scripts come after these. */
const pictureFirst: Plugin = {
  name: "picture-first",
  transformIndexHtml: {
    order: "post",
    handler: (html) =>
      html.replaceAll(
        /<(script type="module"|link rel="modulepreload") /g,
        '<$1 fetchpriority="low" ',
      ),
  },
};

/** The site: a page for people, and the player page for other sites. */
export default defineConfig({
  plugins: [react(), pictureFirst],
  css: {
    modules: {
      // Names that stay from build to build: the first HTML of a page is written in them, and operators
      // may style by them.
      generateScopedName: (name, file) =>
        `${basename(dirname(file))}_${basename(file.split("?", 1)[0] ?? "", ".module.css")}_${name}`,
    },
  },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    manifest: true,
    target: "es2023",
    // What `light-dark()` and nesting need; nothing is rewritten for older browsers.
    cssTarget: ["chrome125", "firefox128", "safari18"],
    // The site's policy lets nothing inline run, and pages come compressed.
    assetsInlineLimit: 0,
    // hls.js alone has 400 kB, and is a chunk of its own.
    chunkSizeWarningLimit: 600,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: { site: "index.html", embed: "embed.html" } },
  },
});
