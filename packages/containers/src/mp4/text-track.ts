import type { Cue } from "@oxbow/media";
import { box, fullBox, mediaOf, trackHeader } from "../isobmff/index.ts";
import { ASIDE_TIMESCALE, type AsideTrack, asideTable, type MarkedMovie } from "./aside-track.ts";
import { timedTextEntry, timedTextSample } from "./timed-text.ts";

/** A subtitle track of a movie. */
export type MovieText = {
  /** BCP 47. */
  readonly language: string;
  /** For people; players that know no names show the language. */
  readonly label?: string;
  /** Shown where the viewer has not chosen. */
  readonly default: boolean;
  /** Shown also to those who chose no subtitles. */
  readonly forced?: boolean;
  /** On the movie's timeline; what lies at its end or beyond is left out. */
  readonly cues: readonly Cue[];
};

/** The pictures that a text is shown over, as they are seen. */
export type SeenPicture = { readonly width: number; readonly height: number };

/** The box takes this part of the picture's height, a line of text this. */
const BOX = 0.2;
const LINE = 0.05;

/**
 * The cues as a `tx3g` track (3GPP TS 26.245): a sample for each stretch of time in which the same is shown,
 * an empty one where that is nothing. Of cues that are shown together one stands below the other.
 */
export function textTrack(
  id: number,
  text: MovieText,
  movie: MarkedMovie & { readonly picture: SeenPicture },
): AsideTrack {
  const { width, height: whole } = movie.picture;
  const height = Math.round(whole * BOX);
  const font = Math.min(255, Math.max(10, Math.round(whole * LINE)));
  const pieces = [...stretches(text.cues, movie.durationMs)];
  const { samples, table } = asideTable(
    timedTextEntry({ width, height, font }, text.forced ?? false),
    pieces.map(({ texts }) => timedTextSample(texts, font)),
    pieces.map(({ ms }) => ms),
  );
  const of = {
    track: { id, timescale: ASIDE_TIMESCALE, language: text.language },
    name: text.label,
    text: { enabled: text.default, top: whole - height, width, height },
    movieDuration: movie.duration,
    mediaDuration: movie.durationMs,
    createdAt: movie.createdAt,
  };
  const head = fullBox("nmhd", 0, 0);
  return {
    id,
    samples,
    trak: (offset) => box("trak", trackHeader(of), mediaOf(of, "sbtl", head, table(offset))),
  };
}

/** The whole time from 0 to `end`, cut where something comes or goes. */
function* stretches(
  cues: readonly Cue[],
  end: number,
): Generator<{ readonly ms: number; readonly texts: readonly string[] }> {
  const shown = cues.filter(({ from, to, text }) => from < end && to > from && text !== "");
  const coming = shown.toSorted((a, b) => a.from - b.from);
  let active: Cue[] = [];
  let next = 0;
  for (let at = 0; at < end; ) {
    active = active.filter(({ to }) => to > at);
    for (; (coming[next]?.from ?? end) <= at; next += 1) {
      const cue = coming[next];
      if (cue !== undefined && cue.to > at) active.push(cue);
    }
    const goes = active.reduce((soonest, { to }) => Math.min(soonest, to), end);
    const until = Math.min(goes, coming[next]?.from ?? end);
    yield { ms: until - at, texts: active.map(({ text }) => text) };
    at = until;
  }
}
