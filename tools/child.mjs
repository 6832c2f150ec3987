import { spawn } from "node:child_process";
import { constants } from "node:os";
import { UserProblem } from "./user-problem.mjs";

/**
 * Runs a program in the foreground: it has our input and output, SIGINT and SIGTERM reach it, and it
 * decides when to end.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, output?: "inherit" | "stderr" }} [options]
 *   `output: "stderr"` keeps standard output clean for a program that comes after it
 * @returns {Promise<number>} its exit code; 128 + the signal's number where a signal ended it
 */
export function foreground(program, args, options = {}) {
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ["inherit", options.output === "stderr" ? 2 : "inherit", "inherit"],
  });
  /** @param {NodeJS.Signals} signal */
  const forward = (signal) => {
    // From a terminal the whole process group gets the signal already, and a second one would cut the
    // child's drain short.
    if (signal === "SIGINT" && process.stdin.isTTY) return;
    child.kill(signal);
  };
  process.on("SIGINT", forward);
  process.on("SIGTERM", forward);
  // npm tells the shell that it starts a script in to end, not us; a shell that is gone was told.
  const parent = process.ppid;
  const orphaned = setInterval(() => {
    if (process.env["npm_lifecycle_event"] !== undefined && process.ppid !== parent) {
      child.kill("SIGTERM");
      clearInterval(orphaned);
    }
  }, 200);
  /** @type {Promise<number>} */
  const ended = new Promise((resolve, reject) => {
    child.once("error", (cause) => {
      reject(new UserProblem(`Cannot run ${program}: ${cause.message}`, { cause }));
    });
    child.once("close", (code, signal) => {
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
  return ended.finally(() => {
    clearInterval(orphaned);
    process.off("SIGINT", forward);
    process.off("SIGTERM", forward);
  });
}
