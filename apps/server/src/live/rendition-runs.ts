import type { RecordedRendition } from "./recorded-entries.ts";
import { KINDS, ServedStretch, type TrackKind } from "./served-stretch.ts";

/** Segments in a row that a rendition has, all of one stretch and with the same tracks. */
type Run = {
  readonly stretch: ServedStretch;
  readonly kinds: readonly TrackKind[];
  readonly first: number;
  last: number;
};

/** Which segments of a broadcast a rendition has: a few runs, whatever the broadcast lasts. */
export class RenditionRuns {
  #runs: Run[] = [];

  /** Numbers grow. */
  add(stretch: ServedStretch, number: number, kinds: readonly TrackKind[]): void {
    const run = this.#runs.at(-1);
    const same = run?.stretch === stretch && run.last === number - 1;
    if (run && same && sameKinds(run.kinds, kinds)) run.last = number;
    else this.#runs.push({ stretch, kinds, first: number, last: number });
  }

  /** What was recorded before all else, oldest first. */
  seed(recorded: readonly RecordedRendition[]): void {
    const runs = this.#runs;
    this.#runs = [];
    for (const { stretch: id, tracks, numbers } of recorded) {
      const [firstSegment] = numbers;
      if (firstSegment === undefined) continue;
      const stretch = new ServedStretch({ id, firstSegment, tracks });
      const kinds = KINDS.filter((kind) => stretch.track(kind) !== undefined);
      for (const number of numbers) this.add(stretch, number, kinds);
    }
    this.#runs.push(...runs);
  }

  /** The stretch that a segment is of; undefined where the rendition has no such track of it. */
  stretchOf(number: number, kind: TrackKind): ServedStretch | undefined {
    const run = this.#runs.findLast(({ first }) => first <= number);
    return run && number <= run.last && run.kinds.includes(kind) ? run.stretch : undefined;
  }

  /** Whether it has anything of a segment. */
  has(number: number): boolean {
    const run = this.#runs.findLast(({ first }) => first <= number);
    return run !== undefined && number <= run.last;
  }

  /** The stretch of an id. */
  stretch(id: string): ServedStretch | undefined {
    return this.#runs.find(({ stretch }) => stretch.id === id)?.stretch;
  }

  /** The stretches that have segments from a number on. */
  stretchesFrom(number: number): ReadonlySet<ServedStretch> {
    return new Set(this.#runs.flatMap(({ stretch, last }) => (last >= number ? stretch : [])));
  }

  /** What was before a number is listed nowhere any more. */
  forgetBefore(number: number): void {
    if ((this.#runs[0]?.last ?? number) >= number) return;
    this.#runs = this.#runs.filter(({ last }) => last >= number);
  }
}

function sameKinds(one: readonly TrackKind[], other: readonly TrackKind[]): boolean {
  return one.length === other.length && one.every((kind) => other.includes(kind));
}
