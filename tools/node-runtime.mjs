import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserProblem } from "./user-problem.mjs";

/** The oldest Node.js that runs the TypeScript sources as they are. */
export const oldest = [22, 18];

/** @param {string} version for example `24.1.0` */
export function recent(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [wantMajor = 0, wantMinor = 0] = oldest;
  return major > wantMajor || (major === wantMajor && minor >= wantMinor);
}

/**
 * Where the npm package of Node.js for a platform keeps the program, under the root.
 *
 * @param {NodeJS.Platform} platform
 * @param {string} arch
 */
export function packagedNode(platform, arch) {
  const system = platform === "win32" ? "win" : platform;
  const program = platform === "win32" ? "node.exe" : "node";
  return join("node_modules", `node-${system}-${arch}`, "bin", program);
}

/**
 * A Node.js that runs the sources: the running one if it is recent enough, else the one that was
 * installed as an npm package.
 *
 * @param {string} root
 * @returns {string} path of the program
 */
export function findNode(root) {
  if (recent(process.versions.node)) return process.execPath;
  const packaged = join(root, packagedNode(process.platform, process.arch));
  if (existsSync(packaged)) return packaged;
  throw new UserProblem(
    `Node.js ${oldest.join(".")} or newer is needed, this is ${process.versions.node}, and there is no npm ` +
      `package of it for ${process.platform} ${process.arch}.\nInstall Node.js 24, then run the same command again.`,
  );
}
