import { readFileSync } from "node:fs";
import { join } from "node:path";
import { foreground } from "./child.mjs";
import { findNode } from "./node-runtime.mjs";

/**
 * The checks that run no code of ours. The layers, the house rules and the OpenAPI document are
 * checked by tests.
 *
 * @type {readonly { name: string, tool: [packageName: string, bin: string], args: string[] }[]}
 */
export const checks = [
  { name: "format", tool: ["@biomejs/biome", "biome"], args: ["check", "."] },
  { name: "lint", tool: ["oxlint", "oxlint"], args: ["--deny-warnings", "."] },
  { name: "types", tool: ["typescript", "tsc"], args: ["-p", "."] },
  {
    name: "types of packages",
    tool: ["typescript", "tsc"],
    args: ["-p", "tsconfig.packages.json"],
  },
  {
    name: "types of the player",
    tool: ["typescript", "tsc"],
    args: ["-p", "packages/player/src/browser"],
  },
  { name: "types of the site", tool: ["typescript", "tsc"], args: ["-p", "apps/web"] },
  { name: "unused", tool: ["knip", "knip"], args: ["--no-config-hints"] },
];

/**
 * The script behind a command of an npm package, to be run by Node.js itself: the links in
 * `node_modules/.bin` need a shell on some systems.
 *
 * @param {string} root
 * @param {readonly [packageName: string, bin: string]} tool
 */
function scriptOf(root, [packageName, bin]) {
  const folder = join(root, "node_modules", packageName);
  const { bin: bins } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return join(folder, typeof bins === "string" ? bins : bins[bin]);
}

/**
 * Runs every check, also after one has failed.
 *
 * @param {string} root
 * @returns {Promise<boolean>} whether any failed
 */
export async function check(root) {
  const node = findNode(root);
  /** @type {string[]} */
  const failed = [];
  for (const { name, tool, args } of checks) {
    const began = performance.now();
    const code = await foreground(node, [scriptOf(root, tool), ...args], { cwd: root });
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    process.stdout.write(`${code === 0 ? "ok    " : "FAILED"} ${name} (${seconds} s)\n`);
    if (code !== 0) failed.push(name);
  }
  if (failed.length > 0) process.stdout.write(`failed: ${failed.join(", ")}\n`);
  return failed.length > 0;
}
