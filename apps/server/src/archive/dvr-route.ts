import { Fault } from "@oxbow/contract";
import { type Millis, millis } from "@oxbow/media";
import { targetDuration } from "../packager/index.ts";
import type { World } from "../world.ts";
import { AnswerCache } from "./answer-cache.ts";
import type { DvrAnswer, RecordedPlace } from "./archive-door.ts";
import { type DvrRun, PLAYLISTS, rangePlaylist, trackPlaylist } from "./dvr-playlist.ts";
import { type DvrSegment, DvrTimelines } from "./dvr-timeline.ts";
import { mediaPlace } from "./media-place.ts";
import { checkRange, type ResolverOptions, resolveRange, storedStretch } from "./range-resolver.ts";
import { RecordedMedia } from "./recorded-media.ts";
import { type RecordedStretch, recordedSegments } from "./recorded-segments.ts";
import type { ResolvedRange } from "./resolved-range.ts";

/** Ends of time for a range without an end. */
const NEVER = millis(8_640_000_000_000_000);
const PLAYLIST_TYPE = "application/vnd.apple.mpegurl";
/** Retention may take media of a finished range away. */
const FINISHED = "public, max-age=60";
/** Running ranges whose target duration is remembered. */
const REMEMBERED = 4096;

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
  readonly #media: RecordedMedia;
  /** Target durations of the ranges that were handed out while they ran: they stay EVENT, with that target. */
  readonly #ran = new Map<string, number>();

  constructor(options: DvrOptions) {
    this.#options = options;
    this.#timelines = new DvrTimelines(options.indexes, options.live);
    this.#answers = new AnswerCache(options.cacheBytes);
    this.#media = new RecordedMedia(options, this.#answers);
  }

  /** See `Archive.dvrRoute`. */
  async answer(
    stream: string,
    path: string,
    query: URLSearchParams,
  ): Promise<DvrAnswer | undefined> {
    const place = mediaPlace(path);
    if (place !== undefined) return this.media(stream, place);
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

  /** See `Archive.media`. */
  media(stream: string, place: RecordedPlace): Promise<DvrAnswer | undefined> {
    return this.#media.answer(stream, place);
  }

  /** See `Archive.seed`. */
  seed(stream: string, broadcast: string, since: Millis): Promise<readonly RecordedStretch[]> {
    return recordedSegments(this.#options, this.#timelines, { stream, broadcast, since });
  }

  /** Something was removed: nothing that was remembered is sure to be there. */
  forget(): void {
    this.#answers.clear();
    this.#media.forget();
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
    const table = await this.#timelines.table(storedStretch(root, live.overlay(row)));
    return targetDuration(table.seconds(0), segmentMs);
  }
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
