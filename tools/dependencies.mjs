import { readFileSync } from "node:fs";
import { join } from "node:path";
import { foreground } from "./child.mjs";
import { UserProblem } from "./user-problem.mjs";

/**
 * One entry of a package-lock (version 3): what stands at a path under the root.
 *
 * @typedef {{ version?: string, optional?: boolean, link?: boolean, resolved?: string }} LockEntry
 * @typedef {{ packages?: Record<string, LockEntry> }} Lock
 */

/**
 * Whether what is installed is what the lock file asks for. `npm` writes `installed` when it has
 * finished, so that an installation that was cut short counts as none.
 *
 * @param {Lock} wanted `package-lock.json`
 * @param {Lock | undefined} installed `node_modules/.package-lock.json`
 */
export function upToDate(wanted, installed) {
  const here = installed?.packages;
  if (here === undefined) return false;
  return Object.entries(wanted.packages ?? {}).every(([path, entry]) => {
    // The root and the workspaces are sources, not installed.
    if (!path.startsWith("node_modules/")) return true;
    const found = here[path];
    // Optional packages of other platforms are left out.
    if (found === undefined) return entry.optional === true;
    return found.version === entry.version && found.link === entry.link;
  });
}

/** @param {string} path @returns {Lock | undefined} undefined where there is no such file */
function readLock(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (problem) {
    if (problem instanceof Error && "code" in problem && problem.code === "ENOENT")
      return undefined;
    throw new UserProblem(`Cannot read ${path}: ${String(problem)}`, { cause: problem });
  }
}

/**
 * How to call npm: by the Node.js that runs it, so that the copy of Node.js in `node_modules`, which
 * is about to be replaced, is not the one that replaces it.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {NodeJS.Platform} platform
 * @returns {[string, ...string[]]} the program and its first arguments
 */
export function npmProgram(env, platform) {
  if (env["npm_node_execpath"] !== undefined && env["npm_execpath"] !== undefined) {
    return [env["npm_node_execpath"], env["npm_execpath"]];
  }
  return platform === "win32" ? ["cmd.exe", "/c", "npm.cmd"] : ["npm"];
}

/**
 * Installs the npm packages if they are missing or not those of the lock file; else costs a few
 * milliseconds.
 *
 * @param {string} root
 */
export async function installDependencies(root) {
  const wanted = readLock(join(root, "package-lock.json"));
  const installed = readLock(join(root, "node_modules", ".package-lock.json"));
  if (wanted === undefined ? installed !== undefined : upToDate(wanted, installed)) return;

  process.stderr.write("Installing npm packages (this is done once)\n");
  const [program, ...first] = npmProgram(process.env, process.platform);
  // Both kinds are named, because NODE_ENV=production and `omit` settings leave them out, and one of
  // the optional ones is Node.js itself.
  const kinds = ["--include=dev", "--include=optional"];
  // Not npm's warnings: some packages want the newer Node.js that is about to be installed.
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
  const verb = wanted === undefined ? "install" : "ci";
  const code = await foreground(program, [...first, verb, ...quiet, ...kinds], {
    cwd: root,
    output: "stderr",
  });
  if (code !== 0) {
    throw new UserProblem(
      `The npm packages could not be installed (npm ${verb} ended with ${code}; its words are above).\n` +
        "They come from the npm registry: check the network or the proxy, then run the same command again.",
    );
  }
}
