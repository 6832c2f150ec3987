/**
 * Bit rates of what was sent so far. The peak is that of the largest run of segments that lasts at
 * least half the target duration, as BANDWIDTH is defined (rfc8216bis §4.1): a stray short segment
 * with one keyframe is no peak.
 */
export class BandwidthMeter {
  readonly #least: number;
  #bytes = 0;
  #seconds = 0;
  #runBytes = 0;
  #runSeconds = 0;
  #peak = 0;

  constructor(targetDuration: number) {
    this.#least = targetDuration / 2;
  }

  add(bytes: number, seconds: number): void {
    this.#bytes += bytes;
    this.#seconds += seconds;
    this.#runBytes += bytes;
    this.#runSeconds += seconds;
    if (this.#runSeconds < this.#least) return;
    this.#peak = Math.max(this.#peak, (this.#runBytes * 8) / this.#runSeconds);
    this.#runBytes = 0;
    this.#runSeconds = 0;
  }

  /** Bits a second. */
  get average(): number {
    return this.#seconds > 0 ? (this.#bytes * 8) / this.#seconds : 0;
  }

  get peak(): number {
    return Math.max(this.#peak, this.average);
  }
}
