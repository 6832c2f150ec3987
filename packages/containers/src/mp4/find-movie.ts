import { MalformedInput } from "@oxbow/media";
import type { PositionedRead } from "../fmp4/index.ts";
import { type FoundBox, findBox, readBoxes, readBoxHeader } from "../isobmff/index.ts";
import { UnsupportedMovie } from "./unsupported-movie.ts";

/** A `moov` of a week. */
const MAX_MOOV = 2 ** 29;
const MAX_TOP_BOXES = 65_536;

/** Where `moov` stands in a file. */
export type MoviePlace = {
  readonly offset: number;
  readonly bytes: number;
  readonly headerBytes: number;
  /** Media stand before it: a player has to look for it at the end. */
  readonly mediaBefore: boolean;
};

/** `moov` in memory; places of boxes are in `bytes`. */
export type OpenMovie = {
  readonly place: MoviePlace;
  readonly bytes: Uint8Array;
  readonly moov: FoundBox;
  /** What `moov` holds. */
  readonly boxes: readonly FoundBox[];
};

/**
 * Finds `moov`, wherever it stands, and reads it.
 * @throws MalformedInput, UnsupportedMovie
 */
export async function openMovie(read: PositionedRead, size: number): Promise<OpenMovie> {
  const place = await findMovie(read, size);
  if (place.bytes > MAX_MOOV) {
    throw new UnsupportedMovie(`A moov of ${place.bytes} bytes is too large`, "too-large");
  }
  const bytes = await readWhole(read, place.offset, place.bytes);
  const moov: FoundBox = { type: "moov", start: 0, body: place.headerBytes, end: bytes.length };
  const boxes = readBoxes(bytes, moov.body, moov.end);
  if (findBox(boxes, "cmov") !== undefined) {
    throw new UnsupportedMovie("The moov is compressed", "compressed");
  }
  return { place, bytes, moov, boxes };
}

/** Walks the boxes of the file up to `moov`. */
async function findMovie(read: PositionedRead, size: number): Promise<MoviePlace> {
  let offset = 0;
  let mediaBefore = false;
  for (let passed = 0; passed < MAX_TOP_BOXES && offset + 8 <= size; passed++) {
    const head = await readWhole(read, offset, Math.min(16, size - offset));
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
    const header = readBoxHeader(view, 0, offset);
    if (header === undefined) break;
    const bytes = Math.min(header.size, size - offset);
    if (header.type === "moof") {
      throw new UnsupportedMovie("The movie is fragmented", "fragmented");
    }
    if (header.type === "moov") {
      if (Number.isFinite(header.size) && header.size > bytes) break;
      return { offset, bytes, headerBytes: header.headerBytes, mediaBefore };
    }
    mediaBefore ||= header.type === "mdat";
    offset += bytes;
  }
  throw new MalformedInput("There is no whole moov", {
    spec: "ISO/IEC 14496-12 §8.2.1",
    offset,
  });
}

async function readWhole(
  read: PositionedRead,
  offset: number,
  length: number,
): Promise<Uint8Array> {
  const bytes = await read(offset, length);
  if (bytes.length < length) {
    throw new MalformedInput(`The file ends ${length - bytes.length} bytes too early`, {
      spec: "ISO/IEC 14496-12 §4.2",
      offset: offset + bytes.length,
    });
  }
  return bytes.subarray(0, length);
}
