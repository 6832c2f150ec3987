import { rescale } from "@oxbow/media";
import type { PackagerOutput, SegmentBeginning, Stretch } from "./chunk.ts";

/** Where a segment of the source begins. */
export type Boundary = {
  readonly source: Stretch;
  readonly number: number;
  /** Presentation time, in ticks of pictures. */
  readonly shown: number;
};

/** Some minutes of segments: followers are seconds behind. */
const MOST = 256;

/**
 * Where the source's segments begin, for all followers of a broadcast: one of the source packager's
 * outputs. Bounded; the newest are kept.
 */
export class SourceBoundaries implements PackagerOutput {
  readonly #timescale: number;
  #kept: Boundary[] = [];
  #running: Stretch | undefined;

  /** `timescale`: of the followers' pictures. */
  constructor(timescale: number) {
    this.#timescale = timescale;
  }

  stretchBegan(stretch: Stretch): void {
    this.#running = stretch;
  }

  chunkSealed(): void {}
  segmentSealed(): void {}

  stretchEnded(): void {
    this.#running = undefined;
  }

  segmentBegan({ stretch, number, shown, timescale }: SegmentBeginning): void {
    // What came to nothing gave its number to the next one.
    while ((this.#kept.at(-1)?.number ?? -1) >= number) this.#kept.pop();
    if (this.#kept.length >= MOST) this.#kept = this.#kept.slice(MOST / 2);
    this.#kept.push({ source: stretch, number, shown: rescale(shown, timescale, this.#timescale) });
  }

  /** The boundary of a segment; undefined where it is not decided yet, or too long ago. */
  of(number: number): Boundary | undefined {
    const last = this.#kept.at(-1);
    if (last === undefined || last.number < number) return undefined;
    // Numbers grow by one, but between stretches they may skip some.
    const found = this.#kept[this.#kept.length - 1 - (last.number - number)];
    return found?.number === number ? found : this.#kept.find((each) => each.number === number);
  }

  /** Nothing more comes of a stretch of the source. */
  isOver(source: Stretch): boolean {
    return source !== this.#running;
  }

  /** Whether a segment's boundary was let go. */
  forgot(number: number): boolean {
    return number < (this.#kept[0]?.number ?? 0);
  }

  /** The boundary that is nearest to a time, where it is within `slack` ticks. */
  near(shown: number, slack: number): Boundary | undefined {
    const found = this.#kept.findLast((boundary) => boundary.shown <= shown + slack);
    return found !== undefined && found.shown >= shown - slack ? found : undefined;
  }
}
