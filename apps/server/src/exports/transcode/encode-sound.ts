import type { Attempt, ExportTools } from "../export-attempt.ts";
import type { Layout } from "./layout.ts";
import {
  corrected,
  type Level,
  type Loudness,
  levelFilters,
  levelOf,
  MEASURE,
  readLoudness,
} from "./loudness.ts";
import type { PieceFolder } from "./piece-folder.ts";
import { runEncoder } from "./run-encoder.ts";
import { RATE, RAW, SAMPLE_BYTES, samplesAt, soundOf } from "./sound-samples.ts";

export const SOUND = "sound.mp4";
const BITRATE = 160_000;
const PROGRESS_MS = 500;
/** Passes that look what a limiter took. */
const MOST_CORRECTIONS = 2;

export type SoundWork = {
  readonly tools: ExportTools;
  readonly attempt: Attempt;
  readonly folder: PieceFolder;
  readonly layout: Layout;
  /** How much of it is done, 0 to 1, and its bytes. */
  readonly progress: (part: number, bytes: number) => void;
};

/**
 * Encodes the sound of an export as one piece: AAC stereo at 48 kHz, as loud as asked for.
 * Fault as `runEncoder`.
 */
export async function encodeSound(work: SoundWork): Promise<void> {
  const { folder, attempt } = work;
  const target = attempt.spec.loudness;
  const passes = new Passes(work, target === null ? 1 : 2 + MOST_CORRECTIONS);
  const level = target === null ? undefined : await findLevel(passes, target);
  const filters = level === undefined ? [] : ["-af", levelFilters(level).join(",")];
  try {
    await passes.run([
      ...["-v", "error", ...RAW, "-i", "pipe:0", ...filters],
      ...["-c:a", "aac", "-b:a", `${BITRATE}`, "-map_metadata", "-1"],
      ...["-movie_timescale", `${RATE}`, "-f", "mp4", `file:${folder.draft(SOUND)}`],
    ]);
    await folder.finish([SOUND]);
  } catch (error) {
    await folder.drop([SOUND]);
    throw error;
  }
}

/** Undefined where there is nothing to hear. */
async function findLevel(passes: Passes, target: number): Promise<Level | undefined> {
  const measured = await measureLoudness(passes, []);
  if (measured === undefined) return undefined;
  let level = levelOf(measured, target);
  for (let tries = 0; level.limited && tries < MOST_CORRECTIONS; tries += 1) {
    const reached = await measureLoudness(passes, levelFilters(level));
    const better = reached && corrected(level, reached, target);
    if (better === undefined) return level;
    level = better;
  }
  return level;
}

async function measureLoudness(
  passes: Passes,
  filters: readonly string[],
): Promise<Loudness | undefined> {
  const chain = [...filters, MEASURE].join(",");
  const input = ["-v", "info", ...RAW, "-i", "pipe:0"];
  return readLoudness(await passes.run([...input, "-af", chain, "-f", "null", "-"]));
}

/** Goes over all samples of an export, several times. */
class Passes {
  readonly #work: SoundWork;
  readonly #most: number;
  #done = 0;

  constructor(work: SoundWork, most: number) {
    this.#work = work;
    this.#most = most;
  }

  /** Gives all samples to a program; its last words. */
  async run(args: readonly string[]): Promise<string> {
    const { tools, attempt, layout, folder, progress } = this.#work;
    const total = samplesAt(layout.length) * SAMPLE_BYTES;
    let given = 0;
    async function* counted(): AsyncGenerator<Uint8Array> {
      for await (const bytes of soundOf(tools, attempt, layout)) {
        given += bytes.length;
        yield bytes;
      }
    }
    const tell = async (): Promise<void> => {
      progress((this.#done + given / total) / this.#most, await folder.drafted(SOUND));
    };
    const timer = setInterval(() => void tell(), PROGRESS_MS);
    const { encoder } = tools;
    const { signal } = attempt;
    try {
      return await runEncoder({ encoder, args, input: counted(), signal });
    } finally {
      clearInterval(timer);
      this.#done += 1;
    }
  }
}
