import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Language } from "../accounts/index.ts";

/** What Vite says of each chunk that it has built, by its source. */
const Manifest = z.record(
  z.string(),
  z.object({
    file: z.string(),
    imports: z.array(z.string()).default([]),
    css: z.array(z.string()).default([]),
  }),
);
export type Manifest = z.infer<typeof Manifest>;

/** What every page has loaded already when it begins. */
const ENTRY = "index.html";

/** Reads what stands beside the built site; empty where it is not built. */
export async function readManifest(folder: string): Promise<Manifest> {
  try {
    return Manifest.parse(JSON.parse(await readFile(join(folder, ".vite/manifest.json"), "utf8")));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw error;
  }
}

/**
 * Links by which a browser fetches an area's scripts, texts and styles beside the site's own, and not
 * one after the other as each asks for the next.
 */
export function preloadLinks(manifest: Manifest, area: string, language: Language): string {
  const texts = language === "en" ? "texts-en.ts" : "texts-pt-br.ts";
  const sources = ["core", "app", area].map((place) => `src/${place}/${texts}`);
  const scripts = new Set<string>();
  const styles = new Set<string>();
  const add = (source: string): void => {
    const chunk = manifest[source];
    if (source === ENTRY || chunk === undefined || scripts.has(chunk.file)) return;
    scripts.add(chunk.file);
    for (const style of chunk.css) styles.add(style);
    chunk.imports.forEach(add);
  };
  for (const source of [`src/${area}/index.tsx`, ...sources]) add(source);
  return [
    ...[...styles].map((file) => `<link rel="preload" as="style" crossorigin href="/${file}">\n`),
    ...[...scripts].map((file) => `<link rel="modulepreload" crossorigin href="/${file}">\n`),
  ].join("");
}
