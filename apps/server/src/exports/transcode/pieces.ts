import type { Layout } from "./layout.ts";
import { type ScannedRun, TICKS } from "./scan-run.ts";

/** Pictures that are encoded in one go. */
export type Piece = {
  /** Of its files. */
  readonly name: string;
  readonly run: ScannedRun;
  /** On the broadcast's timeline; `from` is a picture that an encoder may begin with. */
  readonly from: number;
  readonly to: number;
  /** On the export's timeline. */
  readonly at: number;
  /** For how long: beyond `to`, the last picture is held. */
  readonly length: number;
  /** Pictures of the source, about. */
  readonly pictures: number;
};

/** Cuts the pictures of an export at keyframes of the source, `seconds` apart, so that nothing is decoded twice. */
export function piecesOf({ runs, length }: Layout, seconds: number): readonly Piece[] {
  const pieces: Piece[] = [];
  const seen = runs.filter(({ run }) => run.pictures !== undefined);
  for (const [place, { run, at }] of seen.entries()) {
    const { keys = [], count = 0 } = run.pictures ?? {};
    const until = seen[place + 1]?.at ?? length;
    const cuts = cutsOf(keys, run.to, seconds * TICKS);
    for (const [number, from] of cuts.entries()) {
      const to = cuts[number + 1] ?? run.to;
      const begins = at + from - run.from;
      const ends = number === cuts.length - 1 ? until : at + to - run.from;
      const pictures = Math.ceil((count * (to - from)) / (run.to - run.from));
      const name = String(pieces.length).padStart(4, "0");
      pieces.push({ name, run, from, to, at: begins, length: ends - begins, pictures });
    }
  }
  return pieces;
}

/** Keyframes at least `least` apart, and as far from the end. */
function cutsOf(keys: readonly number[], end: number, least: number): readonly number[] {
  const cuts: number[] = [];
  for (const key of keys) {
    const before = cuts.at(-1);
    if (before === undefined || (key - before >= least && end - key >= least / 2)) cuts.push(key);
  }
  return cuts;
}
