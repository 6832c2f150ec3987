import { MalformedInput, type Track } from "@oxbow/media";
import {
  ascii,
  type Box,
  box,
  fullBox,
  mediaBox,
  movieHeader,
  readBoxes,
  readBoxHeader,
  readTracks,
  sampleDescriptions,
  serialise,
  trackHeader,
  u32,
} from "../isobmff/index.ts";

/** Timescale of a movie that tells no duration: any will do. */
const MOVIE_TIMESCALE = 1000;

/**
 * The initialization segment: `ftyp moov` without samples. With one track it is a CMAF header
 * (ISO/IEC 23000-19 §7.3.1), with several the beginning of a fragmented file.
 * @throws RangeError where there is no track, or two have one id
 */
export function writeInit(tracks: readonly Track[]): Uint8Array<ArrayBuffer> {
  const ids = new Set(tracks.map((track) => track.id));
  if (tracks.length === 0 || ids.size < tracks.length) {
    throw new RangeError(`Tracks ${tracks.map((track) => track.id).join(", ")} make no file`);
  }
  const brands = tracks.length === 1 ? ["iso6", "cmfc", "cmf2"] : ["iso6", "mp41"];
  const traks = tracks.map((track) => {
    const of = { track, movieDuration: 0, mediaDuration: 0 };
    return box("trak", trackHeader(of), mediaBox(of, emptyTable(track)));
  });
  // Every fragment states its own defaults, so that it can be read without this.
  const defaults = tracks.map((track) => fullBox("trex", 0, 0, u32(track.id, 1, 0, 0, 0)));
  return serialise([
    box("ftyp", ascii("iso6"), u32(0), ...brands.map(ascii)),
    box(
      "moov",
      movieHeader({ timescale: MOVIE_TIMESCALE, duration: 0, nextTrack: Math.max(...ids) + 1 }),
      ...traks,
      box("mvex", ...defaults),
    ),
  ]);
}

function emptyTable(track: Track): Box {
  return box(
    "stbl",
    sampleDescriptions([track.config]),
    fullBox("stts", 0, 0, u32(0)),
    fullBox("stsc", 0, 0, u32(0)),
    fullBox("stsz", 0, 0, u32(0, 0)),
    fullBox("stco", 0, 0, u32(0)),
  );
}

/**
 * Reads what stands before the fragments.
 * @returns the tracks whose codec is known, and where `moov` ends
 * @throws MalformedInput also where there is no whole `moov`
 */
export function readInit(bytes: Uint8Array): { tracks: Track[]; bytes: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; ) {
    const header = readBoxHeader(view, at);
    if (header === undefined || at + header.size > bytes.length) break;
    if (header.type !== "moov") {
      at += header.size;
      continue;
    }
    const end = at + header.size;
    const inMovie = readBoxes(bytes, at + header.headerBytes, end);
    return { tracks: readTracks(bytes, inMovie).flatMap(knownTrack), bytes: end };
  }
  throw new MalformedInput("There is no whole moov", {
    spec: "ISO/IEC 14496-12 §8.2.1",
    offset: bytes.length,
  });
}

function knownTrack(found: ReturnType<typeof readTracks>[number]): Track[] {
  const { id, timescale, language } = found;
  const [config] = found.configs;
  return config === undefined ? [] : [{ id, timescale, language, config }];
}
