import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** The site: a page for people, and the player page for other sites. */
export default defineConfig({
  plugins: [react()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    manifest: true,
    target: "es2023",
    rolldownOptions: { input: { site: "index.html" } },
  },
});
