import { open } from "node:fs/promises";
import { writeInit } from "@oxbow/containers";
import { Fault } from "@oxbow/contract";
import { type Millis, millis } from "@oxbow/media";
import { targetDuration } from "../packager/index.ts";
import type { World } from "../world.ts";
import { AnswerCache } from "./answer-cache.ts";
import type { DvrAnswer } from "./archive-door.ts";
import { errorCode } from "./disk-fault.ts";
import { type DvrRun, PLAYLISTS, rangePlaylist, trackPlaylist } from "./dvr-playlist.ts";
import { type DvrSegment, DvrTimelines } from "./dvr-timeline.ts";
import { checkRange, type ResolverOptions, resolveRange, storedStretch } from "./range-resolver.ts";
import { readAt } from "./repair-index.ts";
import type { ResolvedRange } from "./resolved-range.ts";
import { chunksOfSegment } from "./segment-table.ts";
import type { StoredStretch } from "./stored-stretch.ts";

/** Ends of time for a range without an end. */
const NEVER = millis(8_640_000_000_000_000);
const PLAYLIST_TYPE = "application/vnd.apple.mpegurl";
const IMMUTABLE = "public, max-age=31536000, immutable";
/** Retention may take media of a finished range away. */
const FINISHED = "public, max-age=60";
/** Running ranges whose target duration is remembered. */
const REMEMBERED = 4096;

const MEDIA =
  /^(?<stretch>stt_[A-Za-z0-9]+)\/(?<track>[12])\/(?:(?<init>init)\.mp4|(?<number>\d{1,10})\.m4s)$/;

export type DvrOptions = ResolverOptions & {
  /** Wanted length of segments, as the packager has it. */
  readonly segmentMs: number;
  readonly cacheBytes: number;
  readonly world: World;
};

type DvrQuery = {
  readonly from: Millis;
  readonly to: Millis | undefined;
  readonly broadcast: string | undefined;
  /** As the media playlists carry it. */
  readonly text: string;
};

/** Answers the URLs under /dvr/{stream}/, instant MP4 excepted. */
export class DvrRoute {
  readonly #options: DvrOptions;
  readonly #timelines: DvrTimelines;
  readonly #answers: AnswerCache;
  readonly #files = new Map<string, StoredStretch>();
  /** Target durations of the ranges that were handed out while they ran: they stay EVENT, with that target. */
  readonly #ran = new Map<string, number>();

  constructor(options: DvrOptions) {
    this.#options = options;
    this.#timelines = new DvrTimelines(options.indexes, options.live);
    this.#answers = new AnswerCache(options.cacheBytes);
  }

  /** See `Archive.dvrRoute`. */
  async answer(
    stream: string,
    path: string,
    query: URLSearchParams,
  ): Promise<DvrAnswer | undefined> {
    const media = MEDIA.exec(path)?.groups;
    if (media !== undefined) {
      const { stretch = "", track, init, number } = media;
      const file = await this.#file(stream, stretch);
      if (file === undefined) return undefined;
      return this.#answers.get(`${stretch}/${track}/${init ?? number}`, "", async () =>
        init === undefined
          ? await this.#segment(file, Number(track), Number(number))
          : initAnswer(file, Number(track)),
      );
    }
    if (path !== "index.m3u8" && path !== PLAYLISTS.video && path !== PLAYLISTS.audio) {
      return undefined;
    }
    const asked = readQuery(query);
    // A second at most, since a broadcast may also end in the database alone.
    const { live, world } = this.#options;
    const version = `${live.version(stream)} ${Math.floor(world.now() / 1000)}`;
    return this.#answers.get(`${stream} ${path}${asked.text}`, version, () =>
      this.#playlist(stream, path, asked),
    );
  }

  /** Something was removed: nothing that was remembered is sure to be there. */
  forget(): void {
    this.#answers.clear();
    this.#files.clear();
  }

  async #playlist(stream: string, path: string, query: DvrQuery): Promise<DvrAnswer | undefined> {
    const range = await this.#range(stream, query);
    const timeline = await this.#timelines.timeline(range.spans);
    if (timeline.segments.length === 0) throw nothingIn(range);
    const run = await this.#run(stream, query, range, timeline.segments);
    const age = run.ended ? FINISHED : `public, max-age=${Math.max(1, run.targetDuration >> 1)}`;
    if (path === "index.m3u8") return textAnswer(rangePlaylist(timeline, query.text), age);
    const text = trackPlaylist(timeline, path === PLAYLISTS.video ? "video" : "audio", run);
    return text === undefined ? undefined : textAnswer(text, age);
  }

  /** Without an end, the range goes on to the end of the broadcast that it begins in. */
  async #range(stream: string, { from, to, broadcast }: DvrQuery): Promise<ResolvedRange> {
    if (to !== undefined) return resolveRange(this.#options, stream, { from, to, broadcast });
    const range = await resolveRange(this.#options, stream, { from, to: NEVER, broadcast });
    const own = broadcast ?? range.spans[0]?.stretch.broadcast;
    if (range.spans.every(({ stretch }) => stretch.broadcast === own)) return range;
    return resolveRange(this.#options, stream, { from, to: NEVER, broadcast: own });
  }

  async #run(
    stream: string,
    query: DvrQuery,
    range: ResolvedRange,
    segments: readonly DvrSegment[],
  ): Promise<DvrRun> {
    const { from, to } = query;
    const key = `${stream} ${query.text}`;
    const ended = range.gaps.at(-1)?.reason !== "not_sealed";
    const longest = segments.reduce((most, { seconds }) => Math.max(most, seconds), 0);
    const remembered = this.#ran.get(key);
    if (ended && to !== undefined && remembered === undefined) {
      return { from, kind: "vod", ended, targetDuration: Math.max(1, Math.round(longest)) };
    }
    // rfc8216bis §6.2.1: neither the target nor the type of a playlist that was handed out changes.
    const target = remembered ?? (await this.#broadcastTarget(range));
    const targetOfAll = Math.max(target, Math.round(longest));
    if (!ended) this.#remember(key, targetOfAll);
    return { from, kind: "event", ended, targetDuration: targetOfAll };
  }

  #remember(key: string, target: number): void {
    const [oldest] = this.#ran.keys();
    if (this.#ran.size >= REMEMBERED && oldest !== undefined) this.#ran.delete(oldest);
    this.#ran.set(key, target);
  }

  /** The target that the packager holds to in the running broadcast, which its first segment has set. */
  async #broadcastTarget({ spans }: ResolvedRange): Promise<number> {
    const { store, live, root, segmentMs } = this.#options;
    const broadcast = spans.at(-1)?.stretch.broadcast;
    const row = broadcast === undefined ? undefined : await store.firstStretch(broadcast);
    if (row === undefined) return targetDuration(0, segmentMs);
    const [first] = await this.#timelines.table(storedStretch(root, live.overlay(row)));
    return targetDuration(first?.seconds ?? 0, segmentMs);
  }

  /** The file with this id, as it is by now. */
  async #file(stream: string, id: string): Promise<StoredStretch | undefined> {
    const { store, live, root } = this.#options;
    let file = this.#files.get(id);
    if (file === undefined || (file.open && live.get(id) === undefined)) {
      const row = await store.stretch(id);
      if (row === undefined) return undefined;
      file = storedStretch(root, row);
      const [oldest] = this.#files.keys();
      if (this.#files.size >= REMEMBERED && oldest !== undefined) this.#files.delete(oldest);
      this.#files.set(id, file);
    }
    return file.stream === stream ? { ...file, ...live.overlay(file) } : undefined;
  }

  /** One positioned read of the segment's span; the other track's bytes in it are left out. */
  async #segment(file: StoredStretch, id: number, number: number): Promise<DvrAnswer | undefined> {
    const { indexes, live } = this.#options;
    if (number < file.firstSegment || number >= file.firstSegment + file.segments) return undefined;
    const track = (await indexes.read(file, live.get(file.id))).track(id);
    if (track === undefined) return undefined;
    const { first, end } = chunksOfSegment(track, number);
    if (first === end) return undefined;
    const { offset } = track.head(first);
    const last = track.head(end - 1);
    const span = await readSpan(file, offset, last.offset + last.bytes - offset);
    const body: Uint8Array[] = [];
    for (let at = first; at < end; at += 1) {
      const chunk = track.head(at);
      body.push(span.subarray(chunk.offset - offset, chunk.offset - offset + chunk.bytes));
    }
    return answerOf(id === 1 ? "video/mp4" : "audio/mp4", IMMUTABLE, body);
  }
}

async function readSpan(file: StoredStretch, offset: number, length: number): Promise<Uint8Array> {
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
  if (track === undefined) return undefined;
  const type = track.config.kind === "video" ? "video/mp4" : "audio/mp4";
  return answerOf(type, IMMUTABLE, [writeInit([track])]);
}

function textAnswer(text: string, cacheControl: string): DvrAnswer {
  return answerOf(PLAYLIST_TYPE, cacheControl, [new TextEncoder().encode(text)]);
}

function answerOf(
  contentType: string,
  cacheControl: string,
  body: readonly Uint8Array[],
): DvrAnswer {
  const bytes = body.reduce((sum, { length }) => sum + length, 0);
  return { contentType, cacheControl, body, bytes };
}

function readQuery(query: URLSearchParams): DvrQuery {
  const from = readTime(query, "from");
  if (from === undefined) {
    throw new Fault("invalid_request", "A range needs its beginning: ?from= in milliseconds", {
      field: "from",
    });
  }
  const to = readTime(query, "to");
  if (to !== undefined) checkRange(from, to);
  const broadcast = query.get("broadcast") ?? undefined;
  const text = new URLSearchParams({
    from: String(from),
    ...(to !== undefined && { to: String(to) }),
    ...(broadcast !== undefined && { broadcast }),
  });
  return { from, to, broadcast, text: `?${text.toString()}` };
}

function readTime(query: URLSearchParams, field: string): Millis | undefined {
  const text = query.get(field);
  if (text === null || text === "") return undefined;
  if (/^\d{1,16}$/.test(text)) return millis(Number(text));
  throw new Fault("invalid_request", `Cannot read "${text}" as Unix milliseconds`, { field });
}

function nothingIn({ from, to, gaps }: ResolvedRange): Fault {
  const evicted = gaps.some(({ reason }) => reason === "evicted");
  return new Fault(
    evicted ? "range_evicted" : "range_without_media",
    `Cannot play the range "${from}" to "${to}": ${evicted ? "its media was removed" : "nothing was recorded"}`,
  );
}
