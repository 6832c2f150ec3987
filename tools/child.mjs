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
  const stopForwarding = forwardEnd((signal) => child.kill(signal));
  /** @type {Promise<never>} */
  const never = new Promise((_, reject) => {
    child.once("error", (cause) => {
      reject(new UserProblem(`Cannot run ${program}: ${cause.message}`, { cause }));
    });
  });
  return Promise.race([exitCode(child), never]).finally(stopForwarding);
}

/**
 * Hands on to children what asks us to end: signals, and the end of the shell that npm started us in.
 *
 * @param {(signal: NodeJS.Signals) => void} kill
 * @returns {() => void} stops it
 */
export function forwardEnd(kill) {
  /** @param {NodeJS.Signals} signal */
  const forward = (signal) => {
    // From a terminal the whole process group gets the signal already, and a second one would cut the
    // child's drain short.
    if (signal === "SIGINT" && process.stdin.isTTY) return;
    kill(signal);
  };
  process.on("SIGINT", forward);
  process.on("SIGTERM", forward);
  // npm tells the shell that it starts a script in to end, not us; a shell that is gone was told.
  const parent = process.ppid;
  const orphaned = setInterval(() => {
    if (process.env["npm_lifecycle_event"] !== undefined && process.ppid !== parent) {
      kill("SIGTERM");
      clearInterval(orphaned);
    }
  }, 200);
  return () => {
    clearInterval(orphaned);
    process.off("SIGINT", forward);
    process.off("SIGTERM", forward);
  };
}

/**
 * @param {import("node:child_process").ChildProcess} child
 * @returns {Promise<number>} its exit code; 128 + the signal's number where a signal ended it
 */
export function exitCode(child) {
  return new Promise((resolve) => {
    child.once("close", (code, signal) => {
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
