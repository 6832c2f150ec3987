import { gapParts, LEAST_SHARE } from "./part-clock.ts";
import { type ListedPart, lengthOf, missingPart } from "./track-media.ts";

/**
 * The parts of segments that one line of a rendition lost: those that it had, which stay listed, and
 * gaps for the others, which come as those of the source do.
 */
export class LostParts {
  /** By number of the segment: how many whole gaps were listed while it was open. */
  readonly #told = new Map<number, number>();

  /** `ms`: how long the segment is by now; `target` in seconds. @returns whether gaps were added */
  grow(number: number, own: readonly ListedPart[], ms: number, target: number): boolean {
    const told = this.#told.get(number) ?? 0;
    const whole = Math.floor((ms - lengthOf(own)) / (target * 1000) + 1e-9);
    if (whole <= told) return false;
    this.#told.set(number, whole);
    return true;
  }

  /** While the segment is open. */
  sofar(number: number, own: readonly ListedPart[], target: number): readonly ListedPart[] {
    const told = this.#told.get(number) ?? 0;
    return told === 0 ? own : [...own, ...Array.from({ length: told }, () => missingPart(target))];
  }

  /** When it is over, and lasted so many seconds. */
  whole(
    number: number,
    own: readonly ListedPart[],
    seconds: number,
    target: number,
  ): readonly ListedPart[] {
    const listed = this.sofar(number, own, target);
    // Only the last part of a segment is short: then the track is there, though the segment is not.
    if ((own.at(-1)?.seconds ?? target) < LEAST_SHARE * target) return own;
    const rest = seconds - lengthOf(listed) / 1000;
    return [...listed, ...gapParts(Math.max(0, rest), target).map(missingPart)];
  }

  /** Those before a number are asked for no more. */
  forgetBefore(number: number): void {
    for (const known of this.#told.keys()) if (known < number) this.#told.delete(known);
  }
}
