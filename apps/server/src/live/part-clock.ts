/** A part is at least so much of the part target (rfc8216bis §4.4.4.9). */
export const LEAST_SHARE = 0.85;
const LEAST_SECONDS = 0.001;

/**
 * What playlists say of the lengths of a segment's parts. Frames of uneven lengths don't add up to
 * parts within the limits of §4.4.4.9; what one part is said longer or shorter than it is, the next one
 * makes good. Even frames are said as they are.
 */
export class PartClock {
  readonly #target: number;
  #real = 0;
  #said = 0;

  /** `target` in seconds. */
  constructor(target: number) {
    this.#target = target;
  }

  /** Seconds to say of a part that lasts `seconds`; one that was cut short may be of any length. */
  say(seconds: number, cutShort: boolean): number {
    this.#real += seconds;
    const least = cutShort ? LEAST_SECONDS : this.#target * LEAST_SHARE;
    const owed = this.#real - this.#said;
    // The sums are of fractions: what differs by less than a microsecond is the same.
    const said = Math.abs(owed - seconds) < 1e-6 ? seconds : owed;
    const within = Math.min(this.#target, Math.max(least, said));
    this.#said += within;
    return within;
  }
}

/** Lengths of the parts of `seconds` that are missing: whole ones, and the rest. */
export function gapParts(seconds: number, target: number): number[] {
  const whole = Math.floor(seconds / target + 1e-9);
  const rest = seconds - whole * target;
  const parts = Array.from({ length: whole }, () => target);
  return rest >= LEAST_SECONDS ? [...parts, rest] : parts;
}
