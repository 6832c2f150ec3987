import { createHash } from "node:crypto";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

/** A file of the player as it is served. Its name carries a hash of its content: it never changes. */
export type PlayerAsset = {
  readonly body: Buffer;
  readonly gzip: Buffer;
  readonly contentType: string;
  /** Strong, with its quotes. */
  readonly etag: string;
};

/** The files by their path, and which of them the page begins with. */
export type PlayerAssets = {
  /** Under `ASSETS_PATH`, for example `/embed/assets/embed-A1B2C3D4.js`. */
  readonly files: ReadonlyMap<string, PlayerAsset>;
  readonly script: string;
  readonly style: string;
  /** The element `<oxbow-player>` for other pages: one module to import, which brings the rest. */
  readonly element: string;
  /** Scripts that the first one asks for at once. */
  readonly preload: readonly string[];
};

/** What the paths of all files of the player begin with. */
export const ASSETS_PATH = "/embed/assets/";

/** What few viewers need, or only when they ask for it. */
const LATER = /\/(?:native-source|menu|panels)-/;

const browser = fileURLToPath(new URL("browser/", import.meta.url));
const compress = promisify(gzip);

async function bundle(): Promise<PlayerAssets> {
  // Needed once, by the first viewer of a page.
  const { build, stop } = await import("esbuild");
  const result = await build({
    absWorkingDir: browser,
    entryPoints: ["embed.ts", "embed.css", "oxbow-player.ts"],
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    outdir: browser,
    write: false,
    metafile: true,
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    minify: true,
    legalComments: "none",
    // The `module` builds of the libraries; without it, esbuild takes those for Node.js.
    platform: "browser",
  }).finally(() => stop());

  const files = new Map<string, PlayerAsset>();
  for (const { path, contents } of result.outputFiles) {
    const body = Buffer.from(contents);
    files.set(ASSETS_PATH + basename(path), {
      body,
      gzip: await compress(body, { level: 9 }),
      contentType: path.endsWith(".css")
        ? "text/css; charset=utf-8"
        : "text/javascript; charset=utf-8",
      etag: `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`,
    });
  }
  const paths = [...files.keys()];
  const script = paths.find((path) => /\/embed-\w+\.js$/.test(path));
  const style = paths.find((path) => path.endsWith(".css"));
  const element = paths.find((path) => path.includes("/oxbow-player-"));
  if (script === undefined || style === undefined || element === undefined)
    throw new Error("The player has no entry");
  return {
    files,
    script,
    style,
    element,
    preload: paths.filter((path) => path !== script && path !== style && !LATER.test(path)),
  };
}

let made: Promise<PlayerAssets> | undefined;

/** The player's files, bundled from their sources at the first call (about half a second), then kept. */
export function playerAssets(): Promise<PlayerAssets> {
  made ??= bundle();
  return made;
}
