import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";

/** How long a short run may take, in milliseconds. */
const PROBE_TIMEOUT = 20_000;
/** How long an ffmpeg has to end by itself when it is asked to. */
const GOODBYE = 3_000;
/** Letters of its last words that are kept. */
const WORDS = 600;

/** How a run ended: `missing` where there is no such program. */
export type FfmpegEnd = {
  readonly code: number | null;
  readonly missing: boolean;
  readonly words: string;
};

/** A running ffmpeg, in a process group of its own. */
export interface FfmpegChild {
  /** What it writes to its standard output (`pipe:1`): it waits while nobody reads on. */
  readonly output: Readable;
  /** Resolves when it is gone; never rejects. */
  readonly ended: Promise<FfmpegEnd>;
  /** Asks it to end, so that it says goodbye to the server; kills it where that takes too long. */
  stop(): Promise<void>;
}

const GUARD = ["setpriv", "--pdeathsig", "KILL", "--"] as const;

let known: Promise<readonly string[]> | undefined;

/**
 * What stands before a command so that the kernel ends it when this process dies in any way (prctl(2),
 * PR_SET_PDEATHSIG): util-linux's setpriv. Empty where it is not; there the run's own length ends it.
 */
function dieWithParent(): Promise<readonly string[]> {
  known ??= new Promise((resolve) => {
    const [program, ...args] = [...GUARD, "true"];
    execFile(program, args, { timeout: PROBE_TIMEOUT }, (error) =>
      resolve(error === null ? GUARD : []),
    );
  });
  return known;
}

/** Starts ffmpeg; it ends at the latest when this process does, or what `args` say is over. */
export async function startFfmpeg(program: string, args: readonly string[]): Promise<FfmpegChild> {
  const quiet = ["-hide_banner", "-v", "error", "-nostdin", "-nostats"];
  const [command = program, ...rest] = [...(await dieWithParent()), program, ...quiet, ...args];
  const child = spawn(command, rest, { stdio: ["ignore", "pipe", "pipe"], detached: true });
  const failed = once(child, "error").then(([error]) => String(error));
  const words = text(child.stderr);
  const gone = Promise.race([once(child, "close"), failed.then(() => [null])]);
  const ended = gone.then(async ([code]): Promise<FfmpegEnd> => {
    const said = await Promise.race([words, failed]);
    // setpriv says 127 where the program is not there, as a shell does.
    const missing = code === 127 || child.pid === undefined;
    return { code: typeof code === "number" ? code : null, missing, words: said.slice(-WORDS) };
  });
  const signal = (name: NodeJS.Signals): void => {
    const { pid, exitCode, signalCode } = child;
    if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, name);
  };
  return {
    output: child.stdout,
    ended,
    async stop() {
      signal("SIGINT");
      const late = setTimeout(signal, GOODBYE, "SIGKILL");
      await ended;
      clearTimeout(late);
    },
  };
}

/** Runs ffmpeg to its end, `timeout` milliseconds at most. */
export async function runFfmpeg(
  program: string,
  args: readonly string[],
  timeout: number = PROBE_TIMEOUT,
): Promise<FfmpegEnd> {
  const child = await startFfmpeg(program, args);
  child.output.resume();
  const late = setTimeout(() => void child.stop(), timeout);
  const end = await child.ended;
  clearTimeout(late);
  return end;
}
