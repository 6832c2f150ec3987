import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { foreground } from "./child.mjs";
import { findNode } from "./node-runtime.mjs";
import { UserProblem } from "./user-problem.mjs";

/** What the site is made of, besides the packages of the lock file. */
const SOURCES = ["apps/web", "packages/player/src", "packages/site-contract/src"];
const LOCK = "package-lock.json";
/** In the folder of what was built: from which sources. */
const STAMP = ".sources";

/**
 * Every file below a folder, sorted, without what was built or installed.
 *
 * @param {string} folder
 * @returns {string[]}
 */
function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== "dist" && name !== "node_modules")
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesBelow(path) : [path];
    });
}

/** @param {string} root */
function fingerprint(root) {
  const hash = createHash("sha256");
  for (const path of [
    join(root, LOCK),
    ...SOURCES.flatMap((folder) => filesBelow(join(root, folder))),
  ]) {
    hash.update(path.slice(root.length)).update("\0").update(readFileSync(path)).update("\0");
  }
  return hash.digest("hex");
}

/**
 * Builds the web site into `apps/web/dist`, if it is not there or not that of these sources; else costs
 * some milliseconds.
 *
 * @param {string} root
 */
export async function buildSite(root) {
  const site = join(root, "apps/web");
  const stamp = join(site, "dist", STAMP);
  const wanted = fingerprint(root);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  rmSync(stamp, { force: true });
  const vite = join(root, "node_modules/vite/bin/vite.js");
  const code = await foreground(findNode(root), [vite, "build", "--logLevel", "warn"], {
    cwd: site,
    output: "stderr",
  });
  if (code !== 0)
    throw new UserProblem(`The web site could not be built (vite ended with ${code})`);
  writeFileSync(stamp, wanted);
}
