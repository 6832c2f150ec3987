import { rescale } from "@oxbow/media";
import type { PositionedRead } from "../fmp4/index.ts";
import {
  BoxFields,
  box,
  childrenOf,
  type FoundBox,
  type FoundTrack,
  findBox,
  fullBox,
  needBox,
  type Part,
  partsSize,
  readMovieHeader,
  readTracks,
  seenSize,
  serialise,
  u32,
} from "../isobmff/index.ts";
import type { AsideTrack } from "./aside-track.ts";
import { openMovie } from "./find-movie.ts";
import type { Span } from "./sample-table.ts";
import { type MovieText, textTrack } from "./text-track.ts";
import { subtitleTracks } from "./text-track-reader.ts";
import { UnsupportedMovie } from "./unsupported-movie.ts";

/** A movie with other subtitles than its file has: what is written anew, then what the file has. */
export type TextedMovie = {
  /** `ftyp`, `moov`, and the texts. */
  readonly head: Uint8Array<ArrayBuffer>;
  /** Of the file, in order. */
  readonly rest: readonly Span[];
  readonly bytes: number;
};

/**
 * The movie of a file with these subtitle tracks in the place of those that it has: its `moov` is written
 * anew and comes first; the media stay in the file.
 * @throws MalformedInput, UnsupportedMovie where it is fragmented or tells no duration
 */
export async function textedMovie(
  read: PositionedRead,
  size: number,
  texts: readonly MovieText[],
): Promise<TextedMovie> {
  const { place, bytes, moov, boxes } = await openMovie(read, size);
  if (findBox(boxes, "mvex") !== undefined) {
    throw new UnsupportedMovie("The movie is fragmented", "fragmented");
  }
  const mvhd = needBox(boxes, "mvhd", moov);
  const { timescale, duration } = readMovieHeader(bytes, mvhd);
  const tracks = readTracks(bytes, boxes);
  const dropped = new Set<FoundTrack | undefined>(subtitleTracks(bytes, tracks));
  const traks = boxes.filter(({ type }) => type === "trak");
  const first = Math.max(0, ...tracks.map(({ id }) => id)) + 1;
  const durationMs = rescale(duration, timescale, 1000);
  const about = { duration, durationMs, createdAt: undefined, picture: pictureOf(tracks) };
  const asides = texts.map((text, at) => textTrack(first + at, text, about));
  const begin = await fileTypeBytes(read, size);
  const movie = {
    bytes,
    boxes: boxes.filter((found) => !dropped.has(tracks[traks.indexOf(found)])),
    asides,
    nextTrack: first + asides.length,
  };
  const middle = Math.max(begin, place.offset);
  const after = place.offset + place.bytes;
  const moved =
    (head: number) =>
    (offset: number): number =>
      offset < after ? offset + head - begin : offset + head - begin - place.bytes;
  // Offsets of 32 bits make a shorter movie, so they are tried first.
  const narrow = headOf(await read(0, begin), movie, moved, false);
  const parts =
    narrow.size + size < 2 ** 32 ? narrow.parts : headOf(narrow.fileType, movie, moved, true).parts;
  const head = serialise(parts);
  const spans = [
    { offset: begin, bytes: middle - begin },
    { offset: after, bytes: size - after },
  ];
  const rest = spans.filter((span) => span.bytes > 0);
  return { head, rest, bytes: rest.reduce((sum, span) => sum + span.bytes, head.length) };
}

type Rewritten = {
  readonly bytes: Uint8Array;
  /** Of `moov`, those that stay. */
  readonly boxes: readonly FoundBox[];
  readonly asides: readonly AsideTrack[];
  readonly nextTrack: number;
};

/** `moved` says where an offset of the file comes to be behind a head of so many bytes. */
function headOf(
  fileType: Uint8Array,
  movie: Rewritten,
  moved: (head: number) => (offset: number) => number,
  wide: boolean,
): { readonly parts: Part[]; readonly size: number; readonly fileType: Uint8Array } {
  const texts = box("mdat", ...movie.asides.map(({ samples }) => samples));
  const build = (size: number, move: ((offset: number) => number) | undefined): Part[] => {
    let at = size - texts.size + 8;
    const added = movie.asides.map(({ trak, samples }) => {
      const made = trak(at);
      at += samples.length;
      return made;
    });
    const kept = movie.boxes.map((found) => rewritten(movie, found, move, wide));
    return [fileType, box("moov", ...kept, ...added), texts];
  };
  const size = partsSize(build(texts.size, undefined));
  return { parts: build(size, moved(size)), size, fileType };
}

/** On the way from `moov` to the offsets of chunks. */
const PARENTS = new Set(["trak", "mdia", "minf", "stbl"]);

/** @param moved undefined for a box of the right size alone */
function rewritten(
  movie: Rewritten,
  found: FoundBox,
  moved: ((offset: number) => number) | undefined,
  wide: boolean,
): Part {
  const { bytes } = movie;
  if (PARENTS.has(found.type)) {
    const children = childrenOf(bytes, found);
    return box(found.type, ...children.map((child) => rewritten(movie, child, moved, wide)));
  }
  if (found.type === "stco" || found.type === "co64") return offsets(bytes, found, moved, wide);
  const kept = bytes.subarray(found.start, found.end);
  if (found.type !== "mvhd") return kept;
  // next_track_ID is its last field (ISO/IEC 14496-12 §8.2.2).
  const header = Uint8Array.from(kept);
  header.set(u32(movie.nextTrack), header.length - 4);
  return header;
}

function offsets(
  bytes: Uint8Array,
  found: FoundBox,
  moved: ((offset: number) => number) | undefined,
  wide: boolean,
): Part {
  const fields = new BoxFields(bytes, found);
  fields.full();
  const long = found.type === "co64";
  const count = fields.entries(fields.u32(), long ? 8 : 4);
  const each = wide || long ? 8 : 4;
  const places = new Uint8Array(count * each);
  const view = new DataView(places.buffer);
  const made = fullBox(each === 8 ? "co64" : "stco", 0, 0, u32(count), places);
  if (moved === undefined) return made;
  for (let entry = 0; entry < count; entry += 1) {
    const place = moved(long ? fields.u64() : fields.u32());
    if (each === 8) view.setUint32(entry * 8, Math.floor(place / 2 ** 32));
    view.setUint32(entry * each + each - 4, place % 2 ** 32);
  }
  return made;
}

/** Bytes of `ftyp`, where the file begins with one. */
async function fileTypeBytes(read: PositionedRead, size: number): Promise<number> {
  const head = await read(0, Math.min(8, size));
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const isFileType = head.length === 8 && view.getUint32(4) === 0x6674_7970;
  return isFileType ? Math.min(view.getUint32(0), size) : 0;
}

/** What texts are shown over. */
function pictureOf(tracks: readonly FoundTrack[]): { width: number; height: number } {
  for (const { configs } of tracks) {
    const config = configs.find((one) => one?.kind === "video");
    if (config?.kind === "video") return seenSize(config);
  }
  return { width: 0, height: 0 };
}
