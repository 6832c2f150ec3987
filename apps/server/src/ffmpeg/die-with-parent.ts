import { execFile } from "node:child_process";

const PROBE_TIMEOUT_MS = 2_000;
const GUARD = ["setpriv", "--pdeathsig", "KILL", "--"] as const;

let known: Promise<readonly string[]> | undefined;

/**
 * What stands before a command so that the kernel ends it when this process dies in any way, also where
 * it is stopped (prctl(2), PR_SET_PDEATHSIG): util-linux's setpriv. Empty where there is none; there a
 * child ends when its standard input does. Asked once. The signal comes when the *thread* that made the
 * child ends, so children that are to outlive a worker thread are made by the main thread.
 */
export function dieWithParent(): Promise<readonly string[]> {
  known ??= new Promise((resolve) => {
    const [program, ...args] = [...GUARD, "true"];
    execFile(program, args, { timeout: PROBE_TIMEOUT_MS }, (error) =>
      resolve(error === null ? GUARD : []),
    );
  });
  return known;
}
