/** What EBU R 128 says of a sound. */
export type Loudness = {
  /** Integrated, LUFS. */
  readonly integrated: number;
  /** dBTP. */
  readonly peak: number;
  /** Loudness range, LU. */
  readonly range: number;
  /** Of the gate, LUFS. */
  readonly threshold: number;
};

/** What decoders of lossy sound need between the peaks and full scale, in dBTP (EBU R 128 s1). */
const HIGHEST_PEAK = -1.5;
/** The widest that loudnorm takes: dynamics are to stay as they are. */
const RANGE = 20;

export function measureFilters(): string {
  return `loudnorm=I=-16:TP=${HIGHEST_PEAK}:LRA=${RANGE}:print_format=json`;
}

/** Reads what the measurement printed; undefined where all is silence. */
export function readLoudness(words: string): Loudness | undefined {
  const value = (name: string): number =>
    Number(new RegExp(`"input_${name}"\\s*:\\s*"([^"]+)"`).exec(words)?.[1]);
  const [integrated, peak] = [value("i"), value("tp")];
  const [range, threshold] = [value("lra"), value("thresh")];
  return [integrated, peak, range, threshold].every(Number.isFinite)
    ? { integrated, peak, range, threshold }
    : undefined;
}

/**
 * Brings a sound to `target` LUFS: by one gain for all of it, so that nothing else of it changes, where its
 * peaks have room for that; else by loudnorm, which limits them.
 */
export function levelFilters(measured: Loudness, target: number): readonly string[] {
  const { integrated, peak, range, threshold } = measured;
  const gain = target - integrated;
  if (peak + gain <= HIGHEST_PEAK) return [`volume=${gain.toFixed(2)}dB`];
  const known = `measured_I=${integrated}:measured_TP=${peak}:measured_LRA=${range}:measured_thresh=${threshold}`;
  // It works at 192 kHz, to see the peaks between the samples.
  return [`loudnorm=I=${target}:TP=${HIGHEST_PEAK}:LRA=${RANGE}:${known}`, "aresample=48000"];
}
