import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Manifest } from "vite";

const WEB = fileURLToPath(new URL(".", import.meta.url));

/** The site, built into a folder. */
export type BuiltSite = { readonly folder: string; readonly manifest: Manifest };

/** Builds the site as `npm start` does, into a folder of its own. */
export async function buildSiteInto(folder: string): Promise<BuiltSite> {
  await build({ root: WEB, logLevel: "error", build: { outDir: folder, emptyOutDir: false } });
  const manifest: Manifest = JSON.parse(
    await readFile(join(folder, ".vite/manifest.json"), "utf8"),
  );
  return { folder, manifest };
}

/** Keys of the chunks that load with some, by their static imports, themselves included. */
export function loadedWith(manifest: Manifest, keys: readonly string[]): string[] {
  const found = new Set<string>();
  const add = (key: string): void => {
    if (found.has(key)) return;
    const chunk = manifest[key];
    if (chunk === undefined) throw new Error(`The build has no "${key}"`);
    found.add(key);
    for (const one of chunk.imports ?? []) add(one);
  };
  for (const key of keys) add(key);
  return [...found];
}

/** Bytes of chunks when they are compressed by gzip, by key. */
export async function gzipBytes(
  { folder, manifest }: BuiltSite,
  keys: readonly string[],
): Promise<Record<string, number>> {
  const sizes = await Promise.all(
    keys.map(async (key) => {
      const bytes = await readFile(join(folder, manifest[key]?.file ?? ""));
      return [key, gzipSync(bytes, { level: 9 }).length] as const;
    }),
  );
  return Object.fromEntries(sizes);
}
