import type { Attempt, ExportTools } from "../export-attempt.ts";
import type { Layout } from "./layout.ts";
import { type Loudness, levelFilters, measureFilters, readLoudness } from "./loudness.ts";
import type { Pace } from "./pace.ts";
import type { PieceFolder } from "./piece-folder.ts";
import { runEncoder } from "./run-encoder.ts";
import { RAW, SAMPLE_BYTES, samplesAt, soundOf } from "./sound-samples.ts";

export const SOUND = "sound.mp4";
const BITRATE = 160_000;
const PROGRESS_MS = 500;

export type SoundWork = {
  readonly tools: ExportTools;
  readonly attempt: Attempt;
  readonly folder: PieceFolder;
  readonly layout: Layout;
  readonly pace: Pace;
  /** Of one pass over all samples. */
  readonly weight: number;
};

/** Encodes the sound of an export as one piece: AAC stereo at 48 kHz, as loud as asked for. */
export async function encodeSound(work: SoundWork): Promise<void> {
  const { attempt, folder } = work;
  const target = attempt.spec.loudness;
  const measured = target === null ? undefined : await measureLoudness(work);
  const filters = target === null || measured === undefined ? [] : levelFilters(measured, target);
  const path = folder.draft(SOUND);
  try {
    await pass(work, [
      ...["-v", "error", ...RAW, "-i", "pipe:0"],
      ...(filters.length === 0 ? [] : ["-af", filters.join(",")]),
      ...["-c:a", "aac", "-b:a", `${BITRATE}`, "-map_metadata", "-1"],
      ...["-movie_timescale", "48000", "-f", "mp4", `file:${path}`],
    ]);
    await folder.finish([SOUND]);
  } catch (error) {
    await folder.drop([SOUND]);
    throw error;
  }
}

/** Undefined where there is nothing to hear. */
async function measureLoudness(work: SoundWork): Promise<Loudness | undefined> {
  const filters = [
    "-v",
    "info",
    ...RAW,
    "-i",
    "pipe:0",
    "-af",
    measureFilters(),
    "-f",
    "null",
    "-",
  ];
  return readLoudness(await pass(work, filters));
}

/** Gives all samples to a program; its last words. */
async function pass(
  { tools, attempt, layout, pace, weight, folder }: SoundWork,
  args: readonly string[],
): Promise<string> {
  const total = samplesAt(layout.length) * SAMPLE_BYTES;
  let given = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const bytes of soundOf(tools, attempt, layout)) {
      given += bytes.length;
      yield bytes;
    }
  }
  const tell = async (): Promise<void> => {
    pace.at(weight, given / total, await folder.drafted(SOUND));
  };
  const timer = setInterval(() => void tell(), PROGRESS_MS);
  try {
    const { encoder } = tools;
    const words = await runEncoder({ encoder, args, input: counted(), signal: attempt.signal });
    pace.finish(weight, await folder.drafted(SOUND));
    return words;
  } finally {
    clearInterval(timer);
  }
}
