import { type Box, box, fullBox, mediaOf, trackHeader, u8, u16, u32 } from "../isobmff/index.ts";
import { ASIDE_TIMESCALE, type AsideTrack, asideTable, type MarkedMovie } from "./aside-track.ts";
import { type Chapter, shortened } from "./user-data.ts";

const UNITY = 0x1_0000;

/** QuickTime's text track, which another track names by `tref chap`: one sample for each chapter. */
export function chapterTrack(
  id: number,
  chapters: readonly Chapter[],
  movie: MarkedMovie,
): AsideTrack {
  const texts = chapters.map(({ title }) => {
    const text = shortened(title, 1024);
    // `encd` 256: UTF-8.
    return Uint8Array.from([...u16(text.length), ...text, ...u32(12, 0x656e_6364, 0x100)]);
  });
  const durations = chapters.map(({ at }, place) => {
    return (chapters[place + 1]?.at ?? movie.durationMs) - at;
  });
  const { samples, table } = asideTable(textEntry(), texts, durations);
  const of = {
    track: { id, timescale: ASIDE_TIMESCALE, language: "und" },
    movieDuration: movie.duration,
    mediaDuration: movie.durationMs,
    createdAt: movie.createdAt,
  };
  return {
    id,
    samples,
    trak: (offset) => box("trak", trackHeader(of), mediaOf(of, "text", textHead(), table(offset))),
  };
}

/** QuickTime's text sample description; all of it is about how a text would be drawn. */
function textEntry(): Box {
  return box("text", u8(0, 0, 0, 0, 0, 0), u16(1), u32(1, 1), new Uint8Array(36));
}

/** QuickTime's base media header, which readers of text tracks look for. */
function textHead(): Box {
  return box(
    "gmhd",
    fullBox("gmin", 0, 0, u16(0x40, 0x8000, 0x8000, 0x8000, 0, 0)),
    box("text", u32(UNITY, 0, 0, 0, UNITY, 0, 0, 0, 0x4000_0000)),
  );
}
