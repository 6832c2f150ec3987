import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { foreground } from "./child.mjs";
import { programs } from "./programs.mjs";
import { installAdvice, installPlan, managerNames } from "./system-install.mjs";

/** @typedef {import("./programs.mjs").Program} Program */

const DAY = 24 * 60 * 60 * 1000;

/** @returns {string | undefined} the package manager of this system */
function findManager() {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return managerNames.find((name) => folders.some((folder) => existsSync(join(folder, name))));
}

/** Whether this user may install without being asked for a password. */
function mayInstall(/** @type {string} */ manager) {
  if (manager === "brew") return true;
  if (process.getuid?.() === 0) return true;
  return spawnSync("sudo", ["-n", "true"], { stdio: "ignore" }).status === 0;
}

/**
 * Runs a plan: the package lists are fetched only if installing fails without, which saves most of
 * the time where they are fresh.
 *
 * @param {import("./system-install.mjs").Plan} plan
 */
async function carryOut(plan) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", HOMEBREW_NO_AUTO_UPDATE: "1" };
  /** @param {string[]} command */
  const succeeds = async ([program = "", ...args]) =>
    (await foreground(program, args, { env, output: "stderr" })) === 0;
  if (await succeeds(plan.install)) return true;
  return plan.refresh !== undefined && (await succeeds(plan.refresh)) && succeeds(plan.install);
}

/**
 * Remembers for a day that installing failed, so that a server without network starts at once the
 * next time.
 *
 * @param {string} root
 */
function failures(root) {
  const folder = join(root, "node_modules", ".cache", "oxbow");
  const file = join(folder, "install-failed");
  return {
    /** @param {readonly Program[]} missing */
    recent(missing) {
      if (!existsSync(file)) return false;
      const [at = "", names = ""] = readFileSync(file, "utf8").split("\n");
      return (
        Date.now() - Number(at) < DAY && missing.every((name) => names.split(" ").includes(name))
      );
    },
    /** @param {readonly Program[]} missing */
    note(missing) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(file, `${Date.now()}\n${missing.join(" ")}\n`);
    },
  };
}

/**
 * Sees to it that programs of the system are there: installs them where this user may without being
 * asked, and says what to do where not. Costs a look along the PATH when all are there.
 *
 * `OXBOW_SYSTEM_INSTALL=no` keeps it from installing anything.
 *
 * @param {string} root
 * @param {readonly Program[]} wanted
 * @param {string} without what happens without them, told where they stay missing
 */
export async function installSystemPrograms(root, wanted, without) {
  const missing = wanted.filter((name) => programs[name]() === undefined);
  if (missing.length === 0) return;

  const manager = findManager();
  /** @param {string} why */
  const tell = (why) => process.stderr.write(`${installAdvice(missing, manager, why, without)}\n`);
  const failed = failures(root);
  if (process.env["OXBOW_SYSTEM_INSTALL"] === "no") tell("OXBOW_SYSTEM_INSTALL=no");
  else if (manager === undefined) tell("no package manager is known here");
  else if (failed.recent(missing)) tell("installing failed less than a day ago");
  else if (!mayInstall(manager)) tell("this user may not install without a password");
  else {
    process.stderr.write(`Installing ${missing.join(", ")} with ${manager} (this is done once)\n`);
    if (await carryOut(installPlan(missing, manager, process.getuid?.() === 0))) return;
    failed.note(missing);
    tell(`${manager} could not install it; its words are above`);
  }
}
