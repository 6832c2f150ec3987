import { type Cue, MalformedInput, millis, rescale } from "@oxbow/media";
import type { PositionedRead } from "../fmp4/index.ts";
import {
  BoxFields,
  childrenOf,
  type FoundTrack,
  needBox,
  readBoxes,
  readMovieHeader,
  readTracks,
} from "../isobmff/index.ts";
import { chapterTracks } from "./chapter-track-reader.ts";
import { presentationOf, readEdits } from "./edits-reader.ts";
import { openMovie } from "./find-movie.ts";
import { readSampleTable } from "./sample-table-reader.ts";
import { cueText } from "./styled-text.ts";
import type { MovieText } from "./text-track.ts";
import { readTimedText } from "./timed-text.ts";
import { readWebVttSample, type SampledCue } from "./web-vtt-sample.ts";

/** Samples of a text; a word a second for a day has fewer. */
const MAX_SAMPLES = 100_000;
/** Bytes of the texts of a movie together. */
const MAX_BYTES = 16 * 1024 * 1024;
/** Names that programs give to every track. */
const GENERIC = /handler$|^(subtitles?|text|captions?)$/i;

/** A subtitle track that was found, with its id in the file. */
export type FoundText = MovieText & { readonly id: number };

/**
 * The subtitles of a movie that is not fragmented: tracks of `tx3g`, `text` and `wvtt` that name no chapters,
 * as WebVTT cues on the movie's timeline. A track without a cue is left out, and one that breaks the
 * specification: nobody's film is refused for its subtitles.
 * @throws MalformedInput, UnsupportedMovie
 */
export async function readMovieTexts(read: PositionedRead, size: number): Promise<FoundText[]> {
  const { bytes, boxes, moov } = await openMovie(read, size);
  const { timescale } = readMovieHeader(bytes, needBox(boxes, "mvhd", moov));
  const tracks = readTracks(bytes, boxes);
  const found: FoundText[] = [];
  let left = MAX_BYTES;
  const cuesOf = async (track: FoundTrack, form: Form): Promise<Cue[]> => {
    const laid = layOf(bytes, track, { size, timescale });
    left -= laid.bytes;
    return left < 0 ? [] : readCues(read, laid, form);
  };
  for (const track of subtitleTracks(bytes, tracks)) {
    const form = formOf(track);
    if (form === undefined) continue;
    const cues = await cuesOf(track, form).catch(noneIfBroken);
    if (cues.length === 0) continue;
    const { id, name, enabled } = track;
    found.push({
      id,
      language: track.tag ?? track.language,
      ...(name === "" || GENERIC.test(name) ? {} : { label: name }),
      default: enabled,
      forced: isForced(bytes, track),
      cues,
    });
  }
  return found;
}

/** Those that are read: the texts that name chapters are others. */
export function subtitleTracks(bytes: Uint8Array, tracks: readonly FoundTrack[]): FoundTrack[] {
  const chapters = chapterTracks(bytes, tracks);
  return tracks.filter((track) => formOf(track) !== undefined && !chapters.has(track.id));
}

function noneIfBroken(error: unknown): Cue[] {
  if (error instanceof MalformedInput) return [];
  throw error;
}

/** How the samples of a track are read; undefined for what is no subtitle. */
type Form = (sample: Uint8Array) => readonly SampledCue[];

function formOf({ handler, names }: FoundTrack): Form | undefined {
  if (!/^(sbtl|text|subt)$/.test(handler) || names.length !== 1) return undefined;
  if (names[0] === "tx3g" || names[0] === "text") return readTimedCues;
  return names[0] === "wvtt" ? readWebVttSample : undefined;
}

function readTimedCues(sample: Uint8Array): readonly SampledCue[] {
  const found = readTimedText(sample);
  return found === undefined
    ? []
    : [{ text: cueText(found), name: undefined, settings: undefined }];
}

/** The first of the display flags of `tx3g`: all samples are forced. */
function isForced(bytes: Uint8Array, { table, names }: FoundTrack): boolean {
  if (names[0] !== "tx3g") return false;
  const stsd = needBox(childrenOf(bytes, table), "stsd", table);
  const [entry] = readBoxes(bytes, stsd.body + 8, stsd.end);
  if (entry === undefined) return false;
  const fields = new BoxFields(bytes, entry);
  fields.skip(8);
  return fields.u32() >= 0x8000_0000;
}

type Laid = ReturnType<typeof layOf>;

/** Where the samples of a track stand, and when they are shown. */
function layOf(
  bytes: Uint8Array,
  track: FoundTrack,
  movie: { readonly size: number; readonly timescale: number },
) {
  const { timescale } = track;
  const of = { fileSize: movie.size, descriptions: track.names.length };
  const { table } = readSampleTable(bytes, track.table, of);
  const { duration } = table;
  const about = { movieTimescale: movie.timescale, timescale, duration };
  const count = Math.min(table.count, MAX_SAMPLES);
  const { mediaTime, delay } = presentationOf(readEdits(bytes, track.boxes, about));
  const total = table.sizes.subarray(0, count).reduce((sum, each) => sum + each, 0);
  return { table, count, timescale, shift: delay - mediaTime, bytes: total };
}

async function readCues(read: PositionedRead, laid: Laid, form: Form): Promise<Cue[]> {
  const { table, timescale, shift } = laid;
  const cues: Cue[] = [];
  const ms = (sample: number): number =>
    rescale(Math.max(0, (table.dts[sample] ?? table.duration) + shift), timescale, 1000);
  /** What the sample before showed: a cue that is shown on is one cue. */
  let open = new Map<string, number>();
  for (let sample = 0; sample < laid.count; sample += 1) {
    const size = table.sizes[sample] ?? 0;
    // Nothing, in every form, has no more than a length.
    const shown = size <= 2 ? [] : form(await read(table.offsets[sample] ?? 0, size));
    const [from, to] = [millis(ms(sample)), millis(ms(sample + 1))];
    const going = new Map<string, number>();
    for (const cue of to > from ? shown : []) {
      const key = JSON.stringify(cue);
      const place = open.get(key);
      const before = place === undefined ? undefined : cues[place];
      if (cue.text.trim() === "" || going.has(key)) continue;
      if (place !== undefined && before !== undefined) cues[place] = { ...before, to };
      going.set(key, place ?? cues.push(made(cue, from, to)) - 1);
    }
    if (to > from) open = going;
  }
  return cues;
}

function made({ text, name, settings }: SampledCue, from: Cue["from"], to: Cue["to"]): Cue {
  return {
    from,
    to,
    text: inBlock(text),
    ...(name === undefined ? {} : { name: inLine(name) }),
    ...(settings === undefined ? {} : { settings: inLine(settings) }),
  };
}

/** What no block of WebVTT may hold: the arrow, and empty lines (WebVTT §4.1). */
function inBlock(text: string): string {
  return text.replaceAll("-->", "→").replace(/\n{2,}/g, "\n");
}

function inLine(text: string): string {
  return inBlock(text).replaceAll("\n", " ");
}
