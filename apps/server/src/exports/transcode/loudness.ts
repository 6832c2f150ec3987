/** What EBU R 128 says of a sound. */
export type Loudness = {
  /** Integrated, LUFS. */
  readonly integrated: number;
  /** dBTP. */
  readonly peak: number;
};

/** What decoders of lossy sound need between the peaks and full scale, in dBTP (EBU R 128 s1). */
const HIGHEST_PEAK = -1.5;
/** Further gain against what a limiter took: more would leave no dynamics. */
const MOST_CORRECTION = 6;
/** LU that nobody hears. */
const NEAR = 0.2;

/** Measures what passes, and prints it at the end. */
export const MEASURE = "loudnorm=print_format=json";

/** Reads what the measurement printed; undefined where all is silence. */
export function readLoudness(words: string): Loudness | undefined {
  const value = (name: string): number =>
    Number(new RegExp(`"input_${name}"\\s*:\\s*"([^"]+)"`).exec(words)?.[1]);
  const [integrated, peak] = [value("i"), value("tp")];
  return Number.isFinite(integrated) && Number.isFinite(peak) ? { integrated, peak } : undefined;
}

/** How a sound is brought to a loudness: one gain for all of it, and a limit for peaks that have no room for it. */
export type Level = { readonly gain: number; readonly limited: boolean };

export function levelOf({ integrated, peak }: Loudness, target: number): Level {
  const gain = target - integrated;
  return { gain, limited: peak + gain > HIGHEST_PEAK };
}

/** What a limiter took of the loudness is added to the gain; undefined where that is not worth it. */
export function corrected(level: Level, reached: Loudness, target: number): Level | undefined {
  const missing = target - reached.integrated;
  if (Math.abs(missing) <= NEAR) return undefined;
  return { ...level, gain: level.gain + Math.min(MOST_CORRECTION, missing) };
}

/** The limiter works at 192 kHz, to see the peaks between the samples. */
export function levelFilters({ gain, limited }: Level): readonly string[] {
  const louder = `volume=${gain.toFixed(2)}dB`;
  if (!limited) return [louder];
  const limit = (10 ** (HIGHEST_PEAK / 20)).toFixed(4);
  return [
    ...[louder, "aresample=192000", `alimiter=level=false:limit=${limit}:attack=5:release=50`],
    "aresample=48000",
  ];
}
