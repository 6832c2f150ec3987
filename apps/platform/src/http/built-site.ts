import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
};

/** What gains nothing by compression. */
const PACKED: ReadonlySet<string> = new Set([".jpg", ".png", ".webp", ".woff2"]);

export type SiteFile = {
  readonly type: string;
  readonly plain: Buffer;
  readonly br?: Buffer;
  readonly gzip?: Buffer;
  /** Its name holds its hash: it never changes. */
  readonly immutable: boolean;
};

/** The built site, in memory: some megabytes, compressed once. Keys are URL paths. */
export type BuiltSite = ReadonlyMap<string, SiteFile>;

/** Reads the built site; empty where there is none. */
export async function readSite(folder: string): Promise<BuiltSite> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: unknown) => {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
      throw error;
    },
  );
  const files = new Map<string, SiteFile>();
  for (const entry of names) {
    const path = join(entry.parentPath, entry.name);
    const url = path.slice(folder.length).replaceAll("\\", "/");
    if (!entry.isFile() || /\/\./.test(url)) continue;
    files.set(url, await readSiteFile(path, url));
  }
  return files;
}

async function readSiteFile(path: string, url: string): Promise<SiteFile> {
  const plain = await readFile(path);
  const extension = extname(path);
  const type = TYPES[extension] ?? "application/octet-stream";
  const immutable = url.startsWith("/assets/");
  if (PACKED.has(extension)) return { type, plain, immutable };
  return { type, plain, immutable, ...(await compressed(plain, 9)) };
}

/** Both encodings, where they are shorter. */
async function compressed(plain: Buffer, quality: number): Promise<{ br?: Buffer; gzip?: Buffer }> {
  const [br, gz] = await Promise.all([
    promisify(brotliCompress)(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } }),
    promisify(gzip)(plain, { level: 9 }),
  ]);
  return {
    ...(br.length < plain.length && { br }),
    ...(gz.length < plain.length && { gzip: gz }),
  };
}
