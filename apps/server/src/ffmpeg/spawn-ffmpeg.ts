import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { Duplex, Readable, Writable } from "node:stream";
import { Fault } from "@oxbow/contract";
import { dieWithParent } from "./die-with-parent.ts";
import { LastWords } from "./last-words.ts";
import { yieldToOthers } from "./yield-to-others.ts";

export type FfmpegOptions = {
  /** The program: its path, or its name on the PATH. */
  readonly program: string;
  readonly args: readonly string[];
  /** Pipes beside the three standard ones: `pipe:3`, `pipe:4` … for either direction. */
  readonly pipes?: number;
  /** From 0 (as this process) to 19 (only what nobody else wants). */
  readonly niceness?: number;
  /** Ends it at once. */
  readonly signal?: AbortSignal;
};

/** How a program ended. */
export type FfmpegEnd = {
  /** Its exit code; null where a signal ended it. PROGRAM_MISSING where there is no such program. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last lines that it wrote to standard error. */
  readonly words: string;
};

/** As a shell tells it. */
export const PROGRAM_MISSING = 127;

/** A running ffmpeg, in a process group of its own. Whoever starts it reads its pipes to their end. */
export interface FfmpegChild {
  /** Undefined where it could not be started. */
  readonly pid: number | undefined;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly pipes: readonly Duplex[];
  /** Resolves when the process is gone and its last words are read; never rejects. */
  readonly ended: Promise<FfmpegEnd>;
  /** SIGKILL to its process group. Harmless when repeated, and after the end. */
  kill(): void;
  /** Resident bytes; undefined where that can't be told. */
  memory(): Promise<number | undefined>;
}

/**
 * Starts ffmpeg (or ffprobe) so that nothing is left of it whatever becomes of this process: it is
 * killed when this process dies, where the machine can do that, and ends with its standard input else.
 * A program that is missing ends at once with PROGRAM_MISSING. Fault `unavailable` where the system has
 * no more processes or files to give.
 */
export async function spawnFfmpeg(options: FfmpegOptions): Promise<FfmpegChild> {
  const [program = "", ...args] = [...(await dieWithParent()), options.program, ...options.args];
  const pipes = Array.from({ length: options.pipes ?? 0 }, () => "pipe" as const);
  const how: SpawnOptions = {
    stdio: ["pipe", "pipe", "pipe", ...pipes],
    detached: true,
    windowsHide: true,
  };
  const child = spawn(program, args, how);
  // Without a handler an error would be thrown at nobody.
  const failed = new Promise<Error>((resolve) => child.once("error", resolve));
  // So it is where the system has no more processes or files to give.
  if (child.stdin === null || child.stdin === undefined) {
    throw new Fault("unavailable", `Cannot start "${options.program}"`, { cause: await failed });
  }
  const ended = endOf(child);
  if (child.pid !== undefined) yieldToOthers(child.pid, options.niceness ?? 0);
  const kill = (): void => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      killGroup(child.pid);
    }
  };
  const { signal } = options;
  if (signal?.aborted === true) kill();
  signal?.addEventListener("abort", kill);
  void ended.then(() => signal?.removeEventListener("abort", kill));
  return {
    pid: child.pid,
    stdin: openPipe(child.stdin, Writable),
    stdout: openPipe(child.stdout, Readable),
    pipes: child.stdio.slice(3).map((pipe) => openPipe(pipe, Duplex)),
    ended,
    kill,
    memory: () => residentBytes(child.pid),
  };
}

function endOf(child: ChildProcess): Promise<FfmpegEnd> {
  const errors = openPipe(child.stderr, Readable);
  const words = new LastWords(errors);
  const silent = new Promise<void>((resolve) => errors.once("close", resolve));
  return new Promise((resolve) => {
    child.once("error", (error) => {
      const missing = "code" in error && error.code === "ENOENT";
      resolve({ code: missing ? PROGRAM_MISSING : null, signal: null, words: error.message });
    });
    child.once("exit", (code, signal) => {
      void silent.then(() => resolve({ code, signal, words: words.text }));
    });
  });
}

/** One end of a pipe. That the other end is gone is told by the process's end. */
function openPipe<Pipe extends Readable | Writable>(
  pipe: Readable | Writable | null | undefined,
  kind: abstract new (...args: never[]) => Pipe,
): Pipe {
  if (!(pipe instanceof kind)) throw new Error("A pipe of a child process is missing");
  pipe.on("error", () => undefined);
  return pipe;
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    // It ended by itself a moment ago.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/** As Linux tells it (proc(5)). */
async function residentBytes(pid: number | undefined): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}
