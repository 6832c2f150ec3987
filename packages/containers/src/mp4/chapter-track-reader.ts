import { millis, rescale } from "@oxbow/media";
import type { PositionedRead } from "../fmp4/index.ts";
import { BoxFields, childrenOf, type FoundTrack, findBox } from "../isobmff/index.ts";
import { presentationOf, readEdits } from "./edits-reader.ts";
import { readSampleTable } from "./sample-table-reader.ts";
import type { Chapter } from "./user-data.ts";

/** Chapters that are read; more is no list for people. */
const MAX_CHAPTERS = 4096;
const MAX_TITLE = 4096;

/**
 * The chapters of the text track that some track names by `tref chap`.
 * @returns undefined where no track does
 * @throws MalformedInput
 */
export async function readChapterTrack(
  read: PositionedRead,
  bytes: Uint8Array,
  tracks: readonly FoundTrack[],
  movie: { size: number; timescale: number },
): Promise<Chapter[] | undefined> {
  const named = chapterTracks(bytes, tracks);
  const track = tracks.find(({ id, handler }) => named.has(id) && /^(text|sbtl)$/.test(handler));
  if (track === undefined) return undefined;
  const { timescale } = track;
  const { table } = readSampleTable(bytes, track.table, {
    fileSize: movie.size,
    descriptions: track.names.length,
  });
  const { duration } = table;
  const edits = readEdits(bytes, track.boxes, {
    movieTimescale: movie.timescale,
    timescale,
    duration,
  });
  const { mediaTime, delay } = presentationOf(edits);
  const chapters: Chapter[] = [];
  for (let sample = 0; sample < Math.min(table.count, MAX_CHAPTERS); sample++) {
    const length = Math.min(table.sizes[sample] ?? 0, MAX_TITLE);
    const text = await read(table.offsets[sample] ?? 0, length);
    const at = Math.max(0, (table.dts[sample] ?? 0) - mediaTime + delay);
    chapters.push({ at: millis(rescale(at, timescale, 1000)), title: titleOf(text) });
  }
  return chapters;
}

/** Ids of the tracks that name chapters. */
export function chapterTracks(bytes: Uint8Array, tracks: readonly FoundTrack[]): Set<number> {
  return new Set(tracks.flatMap((track) => chapterReferences(bytes, track)));
}

function chapterReferences(bytes: Uint8Array, track: FoundTrack): number[] {
  const tref = findBox(track.boxes, "tref");
  const chap = tref === undefined ? undefined : findBox(childrenOf(bytes, tref), "chap");
  if (chap === undefined) return [];
  const fields = new BoxFields(bytes, chap);
  const ids: number[] = [];
  while (fields.left >= 4 && ids.length < 64) ids.push(fields.u32());
  return ids;
}

/** A text sample: length in two bytes, then UTF-8, or UTF-16 with its mark. */
function titleOf(sample: Uint8Array): string {
  const length = ((sample[0] ?? 0) << 8) | (sample[1] ?? 0);
  const text = sample.subarray(2, 2 + length);
  const wide = text[0] === 0xfe && text[1] === 0xff;
  return new TextDecoder(wide ? "utf-16be" : "utf-8").decode(text);
}
