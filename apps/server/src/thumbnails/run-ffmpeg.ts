import { spawn } from "node:child_process";
import { constants, setPriority } from "node:os";
import type { Readable } from "node:stream";
import { Fault } from "@oxbow/contract";

export type FfmpegRun = {
  /** The program: its path, or its name on the PATH. */
  readonly program: string;
  readonly args: readonly string[];
  /** Standard input, from beginning to end. */
  readonly input: readonly Uint8Array[];
  readonly timeoutMs: number;
  /** More output than this ends the run. */
  readonly mostBytes: number;
};

const FEW_WORDS = 2048;

/**
 * Runs ffmpeg over bytes in memory, at low priority, and gives what it wrote to standard output. It ends
 * with its input, so that none is left when the server is killed. Fault `media_unreadable` with its
 * words where it fails, `unavailable` where there is no such program or it takes too long.
 */
export async function runFfmpeg(run: FfmpegRun): Promise<Buffer> {
  const { program, args, input, timeoutMs, mostBytes } = run;
  const common = ["-hide_banner", "-loglevel", "error", "-protocol_whitelist", "pipe"];
  const child = spawn(program, [...common, ...args], { stdio: "pipe", windowsHide: true });
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const late = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
  try {
    yieldToOthers(child.pid);
    // It may stop reading before the end; its exit code says whether that was right.
    child.stdin.on("error", () => {});
    for (const bytes of input) child.stdin.write(bytes);
    child.stdin.end();
    const [output, words, code] = await Promise.all([
      collect(child.stdout, mostBytes, () => child.kill("SIGKILL")),
      collect(child.stderr, FEW_WORDS),
      closed,
    ]);
    if (code === 0) return output;
    if (code === null) throw new Fault("unavailable", "A picture took too long to make: ask again");
    throw new Fault("media_unreadable", `Cannot decode the picture: ${words.toString().trim()}`);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    const advice = "install ffmpeg, or name it by OXBOW_FFMPEG";
    throw new Fault("unavailable", `There is no program "${program}": ${advice}`, { cause: error });
  } finally {
    clearTimeout(late);
  }
}

/** Live comes first: what runs beside it takes what is left of the processor. */
function yieldToOthers(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch (error) {
    // It may have ended already.
    if (!(error instanceof Error && "code" in error && error.code === "ERR_SYSTEM_ERROR"))
      throw error;
  }
}

/** All that a stream gives, at most `most` bytes of it. */
async function collect(from: Readable, most: number, tooMuch = () => {}): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of from) {
    if (!(piece instanceof Uint8Array)) continue;
    bytes += piece.length;
    if (bytes > most) tooMuch();
    else pieces.push(Buffer.from(piece.buffer, piece.byteOffset, piece.length));
  }
  return Buffer.concat(pieces);
}
