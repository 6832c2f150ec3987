import { millis, type Track } from "@oxbow/media";
import {
  ascii,
  type Box,
  box,
  flatten,
  mediaBox,
  movieHeader,
  type Part,
  partsSize,
  seenSize,
  serialise,
  trackHeader,
  u32,
  u64,
} from "../isobmff/index.ts";
import type { AsideTrack } from "./aside-track.ts";
import { chapterTrack } from "./chapter-track.ts";
import { type Edits, editsOf } from "./edits.ts";
import type { MovieOptions } from "./movie-options.ts";
import { type SeenPicture, textTrack } from "./text-track.ts";
import type { TrackTable } from "./track-table.ts";
import { type Chapter, userData } from "./user-data.ts";

/** All that stands before the payload of a movie file. */
export type MovieHeader = {
  /** `ftyp`, `moov`, what aligns, and the header of `mdat`, in one buffer; made when it is asked for. */
  readonly header: Uint8Array<ArrayBuffer>;
  /** The same as the buffers that it is made of, in order: long tables are not copied. */
  readonly parts: readonly Uint8Array[];
  /** Bytes of the header: where the payload begins. */
  readonly payloadOffset: number;
  /** Of the longest track, after edits. */
  readonly durationMs: number;
};

/** One track with what is shown of it. */
type ShownTrack = { readonly table: TrackTable; readonly edits: Edits };

/** The movie without the places of its samples. */
type Plan = {
  readonly tracks: readonly ShownTrack[];
  readonly timescale: number;
  readonly duration: number;
  readonly durationMs: number;
  readonly chapters: readonly Chapter[];
  /** Subtitles, then the chapters: their samples stand before the payload. */
  readonly asides: readonly AsideTrack[];
  /** The track that names the chapters by their track. */
  readonly marks: { readonly track: number; readonly chapters: number } | undefined;
  readonly options: MovieOptions;
};

/** Lays out the file: decides on 64-bit offsets, aligns the payload, and states every place. */
export function layOut(tables: readonly TrackTable[], options: MovieOptions): MovieHeader {
  const used = tables.filter((table) => table.count > 0);
  checkPayload(used, options.payloadBytes);
  const plan = planOf(used, options);
  const last = Math.max(...used.map((table) => table.lastOffset));
  // Offsets of 32 bits make a shorter header, so they are tried first.
  const narrow = placeBoxes(plan, false);
  const placed = narrow.payloadOffset + last < 2 ** 32 ? narrow : placeBoxes(plan, true);
  const parts = [...flatten(placed.parts)];
  return {
    parts,
    payloadOffset: placed.payloadOffset,
    durationMs: plan.durationMs,
    get header() {
      return serialise(parts);
    },
  };
}

function checkPayload(used: readonly TrackTable[], payloadBytes: number): void {
  if (used.length === 0) throw new RangeError("A movie without samples is none");
  for (const { track, payloadEnd } of used) {
    if (!Number.isSafeInteger(payloadBytes) || payloadEnd > payloadBytes) {
      throw new RangeError(
        `Samples of track ${track.id} end at ${payloadEnd} of a payload of ${payloadBytes} bytes`,
      );
    }
  }
}

function planOf(used: readonly TrackTable[], options: MovieOptions): Plan {
  // The finest of the tracks' timescales: a time in it is less than half a tick of its track away
  // from the exact one, so that rounding back gives the very tick.
  const timescale = Math.max(...used.map((table) => table.track.timescale));
  const tracks = used.map((table) => {
    return { table, edits: editsOf(table, options.presentation.get(table.track.id), timescale) };
  });
  const duration = Math.max(...tracks.map(({ edits }) => edits.duration));
  const durationMs = Math.round((duration / timescale) * 1000);
  const chapters = chaptersWithin(options.chapters ?? [], durationMs);
  const marked = used.find(({ track }) => track.config.kind === "video") ?? used[0];
  const about = { duration, durationMs, createdAt: options.createdAt };
  const first = Math.max(...used.map(({ track }) => track.id)) + 1;
  const picture = pictureOf(marked?.track.config);
  const texts = (options.texts ?? []).map((text, place) =>
    textTrack(first + place, text, { ...about, picture }),
  );
  const base = { tracks, timescale, duration, durationMs, chapters, options };
  if (chapters.length === 0) return { ...base, asides: texts, marks: undefined };
  const chapter = chapterTrack(first + texts.length, chapters, about);
  const marks = marked && { track: marked.track.id, chapters: chapter.id };
  return { ...base, asides: [...texts, chapter], marks };
}

/** What texts are shown over. */
function pictureOf(config: Track["config"] | undefined): SeenPicture {
  return config?.kind === "video" ? seenSize(config) : { width: 0, height: 0 };
}

/** The chapters that begin before the end; time before the first is a chapter without a title. */
function chaptersWithin(chapters: readonly Chapter[], durationMs: number): Chapter[] {
  for (const [place, chapter] of chapters.entries()) {
    const before = chapters[place - 1];
    if (chapter.at < 0 || (before !== undefined && before.at >= chapter.at)) {
      throw new RangeError(`Chapter "${chapter.title}" at ${chapter.at} ms is out of order`);
    }
  }
  const within = chapters.filter((chapter) => chapter.at < durationMs);
  const untitled = within[0] !== undefined && within[0].at > 0;
  return untitled ? [{ at: millis(0), title: "" }, ...within] : within;
}

/** The file's boxes up to the payload. */
function placeBoxes(plan: Plan, wide: boolean): { parts: Part[]; payloadOffset: number } {
  const { options } = plan;
  const sound = plan.tracks.every(({ table }) => table.track.config.kind === "audio");
  // By "M4A " music players know a film from a sound.
  const brands = sound ? ["M4A ", "isom", "iso6", "mp42"] : ["isom", "iso6", "mp41", "mp42"];
  const ftyp = box("ftyp", ...brands.slice(0, 1).map(ascii), u32(0x200), ...brands.map(ascii));
  const moovBytes = moov(plan, undefined, 0, wide).size;
  const { asides } = plan;
  const texts = asides.length === 0 ? [] : [box("mdat", ...asides.map(({ samples }) => samples))];
  const mdat = mdatHeader(options.payloadBytes);
  const front = ftyp.size + moovBytes;
  const before = front + partsSize(texts) + mdat.length;
  const free = freeBytes(before, options.align);
  const payloadOffset = before + free;
  return {
    payloadOffset,
    parts: [
      ftyp,
      moov(plan, payloadOffset, front + 8, wide),
      ...texts,
      ...(free === 0 ? [] : [box("free", new Uint8Array(free - 8))]),
      mdat,
    ],
  };
}

function moov(
  plan: Plan,
  payloadOffset: number | undefined,
  asideOffset: number,
  wide: boolean,
): Box {
  const { duration, timescale, options } = plan;
  const { createdAt, title } = options;
  const traks = plan.tracks.map(({ table, edits }) => {
    const { track } = table;
    const of = { track, movieDuration: edits.duration, mediaDuration: table.ticks, createdAt };
    const marks = plan.marks?.track === track.id ? [plan.marks.chapters] : [];
    const reference = marks.map((id) => box("tref", box("chap", u32(id))));
    const media = mediaBox(of, table.box(payloadOffset, wide));
    return box("trak", trackHeader(of), ...reference, ...edits.boxes, media);
  });
  const asides: Box[] = [];
  let at = asideOffset;
  for (const { trak, samples } of plan.asides) {
    asides.push(trak(at));
    at += samples.length;
  }
  const ids = [...plan.tracks.map(({ table }) => table.track), ...plan.asides].map(({ id }) => id);
  const nextTrack = Math.max(...ids) + 1;
  const texts = { ...options.metadata, ...(title === undefined ? {} : { title }) };
  return box(
    "moov",
    movieHeader({
      timescale,
      duration,
      createdAt,
      nextTrack,
    }),
    ...traks,
    ...asides,
    ...userData(texts, plan.chapters),
  );
}

/** With a 64-bit size (§4.2) only where 32 bits can't hold it. */
function mdatHeader(payloadBytes: number): Uint8Array {
  const short = payloadBytes + 8 < 2 ** 32;
  const type = ascii("mdat");
  return short
    ? serialise([u32(payloadBytes + 8), type])
    : serialise([u32(1), type, u64(payloadBytes + 16)]);
}

/** Bytes of the `free` box that makes the payload begin where it is to. */
function freeBytes(before: number, align: MovieOptions["align"]): number {
  if (align === undefined) return 0;
  const { modulo, remainder } = align;
  if (!(Number.isInteger(modulo) && remainder >= 0 && remainder < modulo)) {
    throw new RangeError(`${remainder} is not a remainder of ${modulo}`);
  }
  let free = (remainder - (before % modulo) + modulo) % modulo;
  while (free > 0 && free < 8) free += modulo;
  return free;
}
