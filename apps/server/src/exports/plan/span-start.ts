import type { Millis, Track } from "@oxbow/media";
import type { ArchivedChunk, ArchivedSpan } from "../ports.ts";
import { pictureTicks, walkSamples } from "./samples.ts";

/** A time on a stretch's timeline. */
export type Ticks = { readonly ticks: number; readonly timescale: number };

/** Where the wanted part of a span begins. */
export type SpanStart = {
  /** What is shown first: the picture, or audio where there is none. */
  readonly shown: Ticks;
  /** For each track that is wanted: its samples that end at or before this are not. */
  readonly from: ReadonlyMap<number, number>;
  /** Decode time of the first wanted sample of each track that was met so far. */
  readonly first: ReadonlyMap<number, number>;
};

/** Chunks looked at for a track that has not begun, before it is taken to begin later. */
const LOOKAHEAD_CHUNKS = 32;
/** Pictures are not reordered over more than this. */
const REORDER_SECONDS = 1;
/** A decoder of Opus needs 80 ms to converge (RFC 7845 §4.6), one of AAC the frame before. */
const OPUS_PREROLL_SECONDS = 0.08;

/** Reads chunks until it is known where the span begins; gives those that were read, too. */
export function findStart(
  span: ArchivedSpan,
  source: Iterator<ArchivedChunk>,
  window: { readonly from: Millis | undefined; readonly to: Millis },
): { readonly start: SpanStart | undefined; readonly pending: readonly ArchivedChunk[] } {
  const { tracks, origin } = span.stretch;
  const video = tracks.find((track) => track.config.kind === "video");
  const search: PictureSearch = { pending: [], picture: undefined };
  const at = (track: Track, wall: Millis | undefined): number =>
    wall === undefined ? Number.NEGATIVE_INFINITY : ((wall - origin) * track.timescale) / 1000;
  if (video !== undefined) {
    const { from, to } = window;
    const first = from === undefined ? Number.NEGATIVE_INFINITY : pictureTicks(origin, video, from);
    findPicture(search, source, video, first, pictureTicks(origin, video, to));
  }
  const audio = tracks.filter((track) => track.config.kind === "audio");
  meetAll(search.pending, source, audio);
  const begin = (track: Track): number => at(track, window.from);
  const shown = search.picture ?? findAudio(search.pending, source, audio, begin);
  if (shown === undefined) return { start: undefined, pending: [] };
  const from = new Map<number, number>();
  if (video !== undefined && search.picture !== undefined) {
    from.set(video.id, search.picture.syncDts);
  }
  for (const track of audio) {
    from.set(
      track.id,
      window.from === undefined
        ? Number.NEGATIVE_INFINITY
        : (shown.ticks * track.timescale) / shown.timescale - preroll(track),
    );
  }
  const start = { shown, from, first: firstWanted(search.pending, from) };
  return { start, pending: search.pending };
}

type PictureSearch = {
  readonly pending: ArchivedChunk[];
  /** The first picture, and the decode time of the sync sample that it needs. */
  picture: (Ticks & { readonly syncDts: number }) | undefined;
};

/**
 * The picture presented first in `[from, to)`. Its order is that of presentation, so the search goes on
 * in decode order for as long as an earlier picture may come.
 */
function findPicture(
  search: PictureSearch,
  source: Iterator<ArchivedChunk>,
  video: Track,
  from: number,
  to: number,
): void {
  const { timescale } = video;
  let syncDts: number | undefined;
  for (;;) {
    const next = source.next();
    if (next.done === true) return;
    search.pending.push(next.value);
    if (next.value.track !== video.id) continue;
    walkSamples(next.value, (_at, dts, pts, _duration, sync) => {
      const picture = search.picture;
      if (picture !== undefined && dts >= picture.ticks + REORDER_SECONDS * timescale) return false;
      if (sync) syncDts = dts;
      if (syncDts === undefined || pts < from || pts >= to) return true;
      if (picture === undefined) search.picture = { ticks: pts, timescale, syncDts };
      // The earlier sync sample stays: leading pictures of an open group need it.
      else if (pts < picture.ticks) search.picture = { ...picture, ticks: pts };
      return true;
    });
    const end = next.value.dts + next.value.duration;
    if (search.picture && end >= search.picture.ticks + REORDER_SECONDS * timescale) return;
  }
}

/** Reads on until each of the tracks was met. */
function meetAll(
  pending: ArchivedChunk[],
  source: Iterator<ArchivedChunk>,
  tracks: readonly Track[],
): void {
  const missing = new Set(tracks.map(({ id }) => id));
  for (const chunk of pending) missing.delete(chunk.track);
  for (let read = 0; missing.size > 0 && read < LOOKAHEAD_CHUNKS; read += 1) {
    const next = source.next();
    if (next.done === true) return;
    pending.push(next.value);
    missing.delete(next.value.track);
  }
}

/**
 * Where a span without pictures begins: at `from`, to the sample, where there is audio by then. Chunks
 * that are read for the decoder's sake may all lie before it: the search goes on behind them.
 */
function findAudio(
  pending: ArchivedChunk[],
  source: Iterator<ArchivedChunk>,
  audio: readonly Track[],
  from: (track: Track) => number,
): Ticks | undefined {
  let shown = firstAudio(pending, audio, from);
  while (shown === undefined) {
    const next = source.next();
    if (next.done === true) return undefined;
    pending.push(next.value);
    shown = firstAudio([next.value], audio, from);
  }
  return shown;
}

function firstAudio(
  pending: readonly ArchivedChunk[],
  audio: readonly Track[],
  from: (track: Track) => number,
): Ticks | undefined {
  for (const chunk of pending) {
    const track = audio.find(({ id }) => id === chunk.track);
    if (track === undefined || chunk.dts + chunk.duration <= from(track)) continue;
    const ticks = Math.max(chunk.dts, Math.ceil(from(track)));
    return { ticks, timescale: track.timescale };
  }
  return undefined;
}

function firstWanted(
  pending: readonly ArchivedChunk[],
  from: ReadonlyMap<number, number>,
): ReadonlyMap<number, number> {
  const first = new Map<number, number>();
  for (const chunk of pending) {
    const begin = from.get(chunk.track);
    if (begin === undefined || first.has(chunk.track)) continue;
    walkSamples(chunk, (_at, dts, _pts, duration) => {
      if (dts + duration <= begin) return true;
      first.set(chunk.track, dts);
      return false;
    });
  }
  return first;
}

function preroll({ config, timescale }: Track): number {
  if (config.kind === "video") return 0;
  return config.codec === "opus" ? OPUS_PREROLL_SECONDS * timescale : config.samplesPerFrame;
}
