import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root. */
export const root: string = fileURLToPath(new URL("..", import.meta.url));

const SOURCE = /\.(?:ts|tsx|mjs)$/;

/** The source files below a folder, as paths from the root with `/`, sorted. */
export function sourceFiles(folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.name !== "node_modules" && !entry.name.startsWith("."))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return sourceFiles(path);
      return SOURCE.test(entry.name) ? [path] : [];
    })
    .toSorted();
}

/** The folders that hold sources. */
export const sourceFolders: readonly string[] = [
  "packages",
  "apps",
  "tests",
  "bench",
  "fixtures",
  "tools",
];

const IMPORTS = [
  // import … from "x", export … from "x"
  /^\s*(?:import|export)\b[^;"']*?\bfrom\s*"(?<name>[^"]+)"/gm,
  // import "x"
  /^\s*import\s*"(?<name>[^"]+)"/gm,
  // import("x"), import.meta.resolve("x")
  /\bimport(?:\.meta\.resolve)?\(\s*"(?<name>[^"]+)"/g,
  // the entry of a worker thread: new URL("./x.ts", import.meta.url)
  /\bnew URL\(\s*"(?<name>\.[^"]+\.m?[jt]s)"/g,
];

/** What a source file imports, as it is written, types included. */
export function importsOf(source: string): string[] {
  return IMPORTS.flatMap((pattern) =>
    [...source.matchAll(pattern)].map((match) => match.groups?.["name"] ?? ""),
  );
}
