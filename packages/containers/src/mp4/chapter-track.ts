import {
  type Box,
  box,
  fullBox,
  mediaOf,
  trackHeader,
  u8,
  u16,
  u32,
  u64,
} from "../isobmff/index.ts";
import { type Chapter, shortened } from "./user-data.ts";

/** A chapter track and the samples that it speaks of. */
export type ChapterTrack = {
  /** The track, given where `samples` stand in the file. */
  readonly trak: (offset: number) => Box;
  readonly samples: Uint8Array;
};

/** What it needs to know of the movie that it marks. */
export type MarkedMovie = {
  readonly durationMs: number;
  /** Ticks of the movie's own timescale. */
  readonly duration: number;
  readonly createdAt: number | undefined;
};

const TIMESCALE = 1000;
const UNITY = 0x1_0000;

/** QuickTime's text track, which another track names by `tref chap`: one sample for each chapter. */
export function chapterTrack(
  id: number,
  chapters: readonly Chapter[],
  movie: MarkedMovie,
): ChapterTrack {
  const texts = chapters.map(({ title }) => {
    const text = shortened(title, 1024);
    // `encd` 256: UTF-8.
    return Uint8Array.from([...u16(text.length), ...text, ...u32(12, 0x656e_6364, 0x100)]);
  });
  const samples = new Uint8Array(texts.reduce((sum, text) => sum + text.length, 0));
  let end = 0;
  for (const text of texts) {
    samples.set(text, end);
    end += text.length;
  }
  const durations = chapters.map(({ at }, place) => {
    return (chapters[place + 1]?.at ?? movie.durationMs) - at;
  });
  const table = (offset: number): Box =>
    box(
      "stbl",
      fullBox("stsd", 0, 0, u32(1), textEntry()),
      fullBox(
        "stts",
        0,
        0,
        u32(durations.length, ...durations.flatMap((ticks) => [1, Math.min(ticks, 0xffff_ffff)])),
      ),
      fullBox("stsc", 0, 0, u32(1, 1, texts.length, 1)),
      fullBox("stsz", 0, 0, u32(0, texts.length, ...texts.map((text) => text.length))),
      fullBox("co64", 0, 0, u32(1), u64(offset)),
    );
  const of = {
    track: { id, timescale: TIMESCALE, language: "und" },
    movieDuration: movie.duration,
    mediaDuration: movie.durationMs,
    createdAt: movie.createdAt,
  };
  return {
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
