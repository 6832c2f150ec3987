import { Fault } from "@oxbow/contract";
import { PROGRAM_MISSING, spawnFfmpeg } from "./spawn-ffmpeg.ts";

export type FfmpegRun = {
  /** The program: its path, or its name on the PATH. */
  readonly program: string;
  readonly args: readonly string[];
  /** Standard input, from beginning to end. */
  readonly input?: readonly Uint8Array[];
  readonly timeoutMs: number;
  /** More output than this ends the run. */
  readonly mostBytes: number;
  /** Protocols that it may open: pipes alone unless told. */
  readonly protocols?: "pipe" | "file" | "file,pipe";
  readonly niceness?: number;
  readonly signal?: AbortSignal;
};

/** What is not live takes what is left of the processor. */
const NICENESS = 10;

/**
 * Runs ffmpeg (or ffprobe) from beginning to end, at low priority, and gives what it wrote to standard
 * output. Fault `media_unreadable` with its words where it fails, `unavailable` where there is no such
 * program, it takes too long, writes too much or is aborted.
 */
export async function runFfmpeg(run: FfmpegRun): Promise<Buffer> {
  const { program, args, input = [], timeoutMs, mostBytes, protocols = "pipe", signal } = run;
  const common = ["-hide_banner", "-loglevel", "error", "-protocol_whitelist", protocols];
  const child = await spawnFfmpeg({
    program,
    args: [...common, ...args],
    niceness: run.niceness ?? NICENESS,
    ...(signal && { signal }),
  });
  let tooLong = false;
  const late = setTimeout(() => {
    tooLong = true;
    child.kill();
  }, timeoutMs);
  const pieces: Buffer[] = [];
  let bytes = 0;
  child.stdout.on("data", (piece: Buffer) => {
    bytes += piece.length;
    if (bytes > mostBytes) child.kill();
    else pieces.push(piece);
  });
  const read = new Promise<void>((resolve) => child.stdout.once("close", resolve));
  // It may stop reading before the end; its exit code says whether that was right.
  for (const piece of input) child.stdin.write(piece);
  child.stdin.end();
  const [{ code, words }] = await Promise.all([child.ended, read]);
  clearTimeout(late);
  if (code === 0 && bytes <= mostBytes) return Buffer.concat(pieces, bytes);
  if (code === PROGRAM_MISSING) {
    throw new Fault(
      "unavailable",
      `There is no program "${program}": install it, or name it by OXBOW_FFMPEG`,
    );
  }
  if (tooLong) throw new Fault("unavailable", `"${program}" took over ${timeoutMs} ms: ask again`);
  if (bytes > mostBytes)
    throw new Fault("unavailable", `"${program}" wrote over ${mostBytes} bytes`);
  if (signal?.aborted === true) throw new Fault("unavailable", `"${program}" was aborted`);
  throw new Fault("media_unreadable", `"${program}" failed: ${words || `it ended with ${code}`}`);
}
