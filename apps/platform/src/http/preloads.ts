import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Language } from "../accounts/index.ts";

/** What Vite says of each chunk that it has built, by its source. */
const Chunk = z.object({
  file: z.string(),
  imports: z.array(z.string()).default([]),
  dynamicImports: z.array(z.string()).default([]),
  css: z.array(z.string()).default([]),
});
type Chunk = z.infer<typeof Chunk>;
const Manifest = z.record(z.string(), Chunk);
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
 * Links by which a browser fetches what a page is made of at once, and not one after the other as each asks
 * for the next: the area's scripts, texts and styles, then what its page loads when it stands, such as the
 * player; behind what is painted first. The area's own styles are there before anything is painted.
 */
export function preloadLinks(manifest: Manifest, area: string, language: Language): string {
  const texts = language === "en" ? "texts-en.ts" : "texts-pt-br.ts";
  const index = `src/${area}/index.tsx`;
  const own = [index, ...["core", "app", area].map((place) => `src/${place}/${texts}`)];
  const asked = (manifest[index]?.dynamicImports ?? []).filter((source) => !isTexts(source));
  const theirTexts = asked.map((source) => source.replace(/index\.tsx$/, texts));
  const first = closure(manifest, own);
  const then = closure(manifest, [...asked, ...theirTexts]).filter(
    (chunk) => !first.includes(chunk),
  );
  return [
    ...styles(first).map((file) => `<link rel="stylesheet" crossorigin href="/${file}">\n`),
    ...[...first, ...then].map(
      ({ file }) => `<link rel="modulepreload" crossorigin fetchpriority="low" href="/${file}">\n`,
    ),
    ...styles(then).map(
      (file) => `<link rel="preload" as="style" crossorigin fetchpriority="low" href="/${file}">\n`,
    ),
  ].join("");
}

const isTexts = (source: string): boolean => /\/texts-[\w-]+\.ts$/.test(source);

const styles = (chunks: readonly Chunk[]): string[] => [
  ...new Set(chunks.flatMap(({ css }) => css)),
];

/** Chunks with what they import, each once, without what every page has; what was not built is left out. */
function closure(manifest: Manifest, sources: readonly string[]): Chunk[] {
  const chunks = new Set<Chunk>();
  const add = (source: string): void => {
    const chunk = manifest[source];
    if (source === ENTRY || chunk === undefined || chunks.has(chunk)) return;
    chunks.add(chunk);
    chunk.imports.forEach(add);
  };
  sources.forEach(add);
  return [...chunks];
}
