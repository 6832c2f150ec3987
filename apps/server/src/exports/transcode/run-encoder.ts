import { once } from "node:events";
import type { Writable } from "node:stream";
import { Fault } from "@oxbow/contract";
import {
  type FfmpegChild,
  type FfmpegEnd,
  PROGRAM_MISSING,
  spawnFfmpeg,
} from "../../ffmpeg/index.ts";
import type { ExportEncoder } from "../export-attempt.ts";

/** Neither taken nor given anything for so long: it hangs. */
const SILENCE_MS = 120_000;
const LOOK_MS = 5_000;

export type EncoderRun = {
  readonly encoder: ExportEncoder;
  readonly args: readonly string[];
  /** Its standard input; a piece is not touched again once it was given. */
  readonly input: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
  /** What it writes to its standard output. */
  readonly output?: (bytes: Buffer) => void;
  /** It hangs where it neither takes nor gives anything for so long; two minutes unless told. */
  readonly silenceMs?: number;
};

/**
 * Runs ffmpeg to its end and answers its last words. Fault `encoder_missing`, `storage_full`,
 * `encoder_failed` with those words; what the input throws; the signal's reason. Nothing of it is left.
 */
export async function runEncoder(run: EncoderRun): Promise<string> {
  run.signal.throwIfAborted();
  const child = await startEncoder(run);
  const watch = new Watch(child, run.silenceMs);
  child.stdout.on("data", (bytes: Buffer) => {
    watch.alive();
    run.output?.(bytes);
  });
  try {
    await pour(run.input, child, watch);
    const end = await child.ended;
    if (end.code !== 0) throw failureOf(end, run, watch.hung);
    return end.words;
  } catch (error) {
    child.kill();
    const end = await child.ended;
    run.signal.throwIfAborted();
    throw error instanceof Fault ? error : failureOf(end, run, watch.hung, error);
  } finally {
    watch[Symbol.dispose]();
  }
}

/** Starts it with what all runs share. */
export function startEncoder({
  encoder: { ffmpeg, niceness },
  args,
  signal,
}: Pick<EncoderRun, "encoder" | "args" | "signal">): Promise<FfmpegChild> {
  const common = ["-hide_banner", "-nostats", "-y"];
  return spawnFfmpeg({
    program: ffmpeg,
    args: [...common, ...args],
    niceness,
    signal,
  });
}

/** Gives a process its input, piece by piece, as it takes it; ends where the process does. */
export async function pour(
  input: AsyncIterable<Uint8Array>,
  { stdin, ended }: FfmpegChild,
  watch?: Watch,
): Promise<void> {
  const over = new AbortController();
  const stopped = ended.then(() => over.abort());
  for await (const bytes of input) {
    if (over.signal.aborted) return;
    watch?.alive();
    if (!stdin.write(bytes)) await drained(stdin, over.signal);
  }
  if (over.signal.aborted) return stopped;
  stdin.end();
}

async function drained(stdin: Writable, over: AbortSignal): Promise<void> {
  try {
    await once(stdin, "drain", { signal: over });
  } catch (error) {
    // Its end is told by its exit code.
    if (!over.aborted && !stdin.destroyed) throw error;
  }
}

/** Ends a process that does nothing any more. */
export class Watch implements Disposable {
  hung = false;
  #last = performance.now();
  readonly #timer: NodeJS.Timeout;

  constructor(child: FfmpegChild, silenceMs: number = SILENCE_MS) {
    const look = (): void => {
      if (performance.now() - this.#last < silenceMs) return;
      this.hung = true;
      child.kill();
    };
    this.#timer = setInterval(look, Math.min(LOOK_MS, silenceMs));
    this.#timer.unref();
  }

  alive(): void {
    this.#last = performance.now();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

/** What the end of a process means. */
export function failureOf(
  { code, signal, words }: FfmpegEnd,
  { encoder: { ffmpeg } }: Pick<EncoderRun, "encoder">,
  hung: boolean,
  cause?: unknown,
): Fault {
  if (code === PROGRAM_MISSING) {
    return new Fault("encoder_missing", `There is no program "${ffmpeg}": set OXBOW_FFMPEG`);
  }
  if (/No space left on device|Disk quota exceeded/.test(words)) {
    return new Fault("storage_full", "The disk became full while the export was encoded");
  }
  const how = hung ? "did nothing any more" : `ended with ${code ?? signal ?? "no word"}`;
  const last = words.split("\n").at(-1)?.trim() ?? "";
  const said = last === "" ? "" : `: ${last.slice(0, 300)}`;
  const detail = words === "" ? {} : { details: { detail: words } };
  return new Fault("encoder_failed", `The encoder ${how}${said}`, { ...detail, cause });
}
