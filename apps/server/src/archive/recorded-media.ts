import { open } from "node:fs/promises";
import { type SampleRun, writeFragmentHeader, writeInit } from "@oxbow/containers";
import { Fault } from "@oxbow/contract";
import { millis, plus, VIDEO_TRACK } from "@oxbow/media";
import type { MediaPlace } from "../packager/index.ts";
import type { AnswerCache } from "./answer-cache.ts";
import type { DvrAnswer, MediaExtent } from "./archive-door.ts";
import { errorCode } from "./disk-fault.ts";
import { mediaAnswer } from "./media-answer.ts";
import { type ResolverOptions, storedStretch } from "./range-resolver.ts";
import { readAt } from "./repair-index.ts";
import { chunksOfSegment } from "./segment-table.ts";
import type { SegmentTables } from "./segment-tables.ts";
import type { StoredStretch, StretchRow } from "./stored-stretch.ts";
import type { TrackChunks } from "./stretch-index.ts";

/** Stretches whose files are remembered. */
const REMEMBERED = 4096;

type Segment = Extract<MediaPlace, { readonly number: number }>;

/** Answers with media of the archive: initialization sections, segments, and their parts. */
export class RecordedMedia {
  readonly #options: ResolverOptions;
  readonly #tables: SegmentTables;
  readonly #answers: AnswerCache;
  readonly #files = new Map<string, readonly StretchRow[]>();
  /** Stretches that were there, and their streams. */
  readonly #were = new Map<string, string>();

  constructor(options: ResolverOptions, tables: SegmentTables, answers: AnswerCache) {
    this.#options = options;
    this.#tables = tables;
    this.#answers = answers;
  }

  /** See `Archive.media`. */
  async answer(stream: string, place: MediaPlace): Promise<DvrAnswer | undefined> {
    const file = await this.#file(stream, place);
    if (file?.stream !== stream) return undefined;
    const detail = place.what === "init" ? "" : `${place.number}`;
    const part = place.what === "part" ? place.part : "";
    const key = `${place.stretch}/${place.track}/${place.what} ${detail} ${part}`;
    return this.#answers.get(key, "", async () =>
      place.what === "init" ? initAnswer(file, place.track) : this.#segment(file, place),
    );
  }

  /** See `Archive.extent`. */
  async extent(stream: string, place: MediaPlace): Promise<MediaExtent | undefined> {
    const file = await this.#file(stream, place);
    if (file?.stream !== stream) return undefined;
    const { broadcast, origin } = file;
    if (place.what === "init") {
      const last = this.#files.get(place.stretch)?.at(-1) ?? file;
      return { from: file.from, to: this.#options.live.overlay(last).to, broadcast };
    }
    const table = await this.#tables.table(file);
    const row = place.number - table.first;
    if (row < 0 || row >= table.length) return undefined;
    const from = millis(origin + table.at(row));
    return { from, to: plus(from, table.seconds(row) * 1000), broadcast };
  }

  /** Something was removed: nothing that was remembered is sure to be there. */
  forget(): void {
    for (const [stretch, [file]] of this.#files) {
      if (file !== undefined) remember(this.#were, stretch, file.stream);
    }
    this.#files.clear();
  }

  /**
   * The file that holds a place, as it is by now; undefined where none does. Throws Fault
   * `range_evicted` where one did.
   */
  async #file(stream: string, place: MediaPlace): Promise<StoredStretch | undefined> {
    const { root, live, store } = this.#options;
    const known = this.#files.get(place.stretch);
    const holder = known && holds(known, place, live);
    // What was remembered while it was written is out of date when it is complete.
    const isCurrent = holder !== undefined && (!holder.open || live.get(holder.id) !== undefined);
    if (isCurrent) return storedStretch(root, holder);
    const files = await store.filesOf(place.stretch);
    const [first] = files;
    if (first !== undefined) remember(this.#files, place.stretch, files);
    const found = holds(files, place, live);
    if (found !== undefined) return storedStretch(root, found);
    const isGone =
      first === undefined
        ? this.#were.get(place.stretch) === stream
        : first.stream === stream && place.what !== "init" && place.number < first.firstSegment;
    if (!isGone) return undefined;
    throw new Fault("range_evicted", `Cannot play media of "${place.stretch}": it was removed`);
  }

  /** One positioned read of the segment's span; the other track's bytes in it are left out. */
  async #segment(file: StoredStretch, place: Segment): Promise<DvrAnswer | undefined> {
    const { indexes, live } = this.#options;
    const track = (await indexes.read(file, live.get(file.id))).track(place.track);
    if (track === undefined) return undefined;
    const { first, end } = chunksOfSegment(track, place.number);
    const from = place.what === "part" ? first + place.part : first;
    const to = place.what === "part" ? from + 1 : end;
    if (from >= end) return undefined;
    if (place.what === "picture") return this.#picture(file, track, [first, end], place);
    const { offset } = track.head(from);
    const last = track.head(to - 1);
    const span = await readSpan(file, offset, last.offset + last.bytes - offset);
    const body: Uint8Array[] = [];
    for (let at = from; at < to; at += 1) {
      const chunk = track.head(at);
      body.push(span.subarray(chunk.offset - offset, chunk.offset - offset + chunk.bytes));
    }
    return mediaAnswer(place.track === 1 ? "video" : "audio", body);
  }

  /** A chunk of the picture alone: it is shown until the next segment begins (rfc8216bis §4.4.3.6). */
  async #picture(
    file: StoredStretch,
    track: TrackChunks,
    [first, end]: readonly [first: number, end: number],
    place: Segment,
  ): Promise<DvrAnswer | undefined> {
    const { samples, dts, independent, offset, headerBytes } = track.chunk(first);
    const bytes = samples.sizes[0];
    if (!independent || bytes === undefined || place.track !== VIDEO_TRACK) return undefined;
    let ticks = 0;
    for (let at = first; at < end; at += 1) ticks += track.head(at).duration;
    const picture: SampleRun = {
      count: 1,
      sizes: Uint32Array.of(bytes),
      durations: ticks,
      syncs: "all",
      ...(samples.ctos && { ctos: samples.ctos.slice(0, 1) }),
    };
    const one = { sequence: place.number + 1, track: place.track, dts, samples: picture };
    const data = await readSpan(file, offset + headerBytes, bytes);
    return mediaAnswer("video", [writeFragmentHeader(one), data]);
  }
}

function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  const [oldest] = map.keys();
  if (map.size >= REMEMBERED && oldest !== undefined) map.delete(oldest);
  map.set(key, value);
}

/** The file that holds a place: sealed segments only. */
function holds(
  files: readonly StretchRow[],
  place: MediaPlace,
  live: ResolverOptions["live"],
): StretchRow | undefined {
  if (place.what === "init") {
    const [first] = files;
    return first && live.overlay(first);
  }
  const file = files.findLast(({ firstSegment }) => firstSegment <= place.number);
  if (file === undefined) return undefined;
  const now = live.overlay(file);
  return place.number < now.firstSegment + now.segments ? now : undefined;
}

/** `length` bytes of a media file. Throws Fault `source_media_lost` where it is gone or short. */
export async function readSpan(
  file: StoredStretch,
  offset: number,
  length: number,
): Promise<Uint8Array> {
  const lost = (cause?: unknown) =>
    new Fault("source_media_lost", `Cannot read stretch "${file.id}": its file is gone or short`, {
      cause,
    });
  try {
    await using media = await open(file.file, "r");
    const bytes = await readAt(media, offset, length);
    if (bytes.length < length) throw lost();
    return bytes;
  } catch (error) {
    throw errorCode(error) === "ENOENT" ? lost(error) : error;
  }
}

function initAnswer(file: StoredStretch, id: number): DvrAnswer | undefined {
  const track = file.tracks.find((one) => one.id === id);
  return track && mediaAnswer(track.config.kind, [writeInit([track])]);
}
