import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { seedSite } from "../tests/seeded-site.ts";
import { programs } from "../tools/programs.mjs";
import { buildSite } from "../tools/site.mjs";
import { slowestPresses } from "./site-presses.ts";

// The site as a phone on a slow network meets it: Lighthouse (run by npx, not a dependency) on the home
// page, watch pages, and the player page for other sites; how soon its heaviest pages answer to presses; and
// the bytes of its scripts. One JSON line for each figure, of the run in the middle. Somebody has been on each
// page before, so that its picture is drawn. Behind no proxy: HTTP/1.1, without https.

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const LIGHTHOUSE = "lighthouse@13.5.0";
const RUNS = 3;
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"] as const;
/** Audits told by their figure. */
const AUDITS = [
  "first-contentful-paint",
  "largest-contentful-paint",
  "total-blocking-time",
  "cumulative-layout-shift",
  "total-byte-weight",
] as const;

type Report = {
  readonly categories: Readonly<Record<string, { readonly score: number | null }>>;
  readonly audits: Readonly<Record<string, { readonly numericValue?: number }>>;
};

async function lighthouse(url: string, folder: string, tries = 3): Promise<Report> {
  const chromePath = programs.chromium();
  if (chromePath === undefined) throw new Error("There is no Chromium on this system");
  const file = join(folder, "report.json");
  const child = spawn(
    "npx",
    [
      ...["--yes", LIGHTHOUSE, url, "--quiet", "--output=json", `--output-path=${file}`],
      "--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-quic",
    ],
    {
      stdio: ["ignore", "ignore", "inherit"],
      env: {
        ...process.env,
        CHROME_PATH: chromePath,
        // Lighthouse shall run by this Node.js, not by what the system has.
        PATH: `${dirname(process.execPath)}${delimiter}${process.env["PATH"] ?? ""}`,
      },
    },
  );
  const [code] = await once(child, "exit");
  if (code !== 0) {
    // On a busy machine a trace may lack its beginning; Lighthouse itself asks to be run again.
    if (tries > 1) return lighthouse(url, folder, tries - 1);
    throw new Error(`Lighthouse ended with ${code}`);
  }
  return JSON.parse(await readFile(file, "utf8"));
}

const performanceOf = ({ categories }: Report): number => categories["performance"]?.score ?? 0;

/** The run in the middle. */
async function measured(url: string, folder: string): Promise<Report> {
  const html = await (await fetch(url)).text();
  const picture = /(?:<img [^>]*\bsrc|as="image" href)="([^"]+)"/
    .exec(html)?.[1]
    ?.replaceAll("&amp;", "&");
  if (picture !== undefined) {
    const { status } = await fetch(new URL(picture, url));
    if (status !== 200) throw new Error(`${picture} answers ${status}`);
  }
  const reports = [await lighthouse(url, folder)];
  while (reports.length < RUNS) reports.push(await lighthouse(url, folder));
  const [middle] = reports.toSorted((a, b) => performanceOf(a) - performanceOf(b)).slice(RUNS >> 1);
  if (middle === undefined) throw new Error("There were no runs");
  return middle;
}

/** Bytes of the built site's scripts when they are compressed, by name without hash. */
async function scriptBytes(): Promise<Record<string, number>> {
  const scripts = join(ROOT, "apps/web/dist/assets");
  const sizes: Record<string, number> = {};
  for (const file of await readdir(scripts)) {
    if (!file.endsWith(".js")) continue;
    const name = file.replace(/-[\w-]{8}\.js$/, "");
    const bytes = gzipSync(await readFile(join(scripts, file)), { level: 9 }).length;
    // Texts of the areas have one name: together.
    sizes[name] = (sizes[name] ?? 0) + bytes;
  }
  return sizes;
}

const print = (figures: object): void => void process.stdout.write(`${JSON.stringify(figures)}\n`);

const folder = await mkdtemp(join(tmpdir(), "oxbow-bench-site-"));
try {
  await buildSite(ROOT);
  print({ bench: "site", what: "scripts, bytes of gzip", ...(await scriptBytes()) });
  await using site = await seedSite();
  const { live, ended } = site.videos;
  for (const [page, path] of [
    ["home", "/"],
    ["watch, live", `/watch/${live}`],
    ["watch, recording", `/watch/${ended}`],
    ["embed", `/embed/${ended}`],
  ] as const) {
    const { categories, audits } = await measured(site.platform.http + path, folder);
    print({
      bench: "site",
      page,
      ...Object.fromEntries(
        CATEGORIES.map((name) => [name, Math.round((categories[name]?.score ?? 0) * 100)]),
      ),
      ...Object.fromEntries(
        AUDITS.map((name) => [
          name,
          Math.round((audits[name]?.numericValue ?? Number.NaN) * 1000) / 1000,
        ]),
      ),
    });
  }
  for (const figures of await slowestPresses(site)) print({ bench: "site", ...figures });
} finally {
  await rm(folder, { recursive: true, force: true });
}
