import { basename, dirname } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** The site: a page for people, and the player page for other sites. */
export default defineConfig({
  plugins: [react()],
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
