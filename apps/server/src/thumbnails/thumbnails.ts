import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { Fault } from "@oxbow/contract";
import { type Millis, millis, plus } from "@oxbow/media";
import { LRUCache } from "lru-cache";
import { drawPoster, drawSheet, type Tiled } from "./draw.ts";
import { type Grid, gridFor, gridName, place, readGrid, spanOfSheet } from "./grid.ts";
import type { Picture, PictureSource } from "./picture-source.ts";
import { thumbnailsVtt } from "./thumbnails-vtt.ts";
import { Turns } from "./turns.ts";

/** A stretch of a source's timeline. */
export type ThumbnailRange = {
  readonly from: Millis;
  readonly to: Millis;
  /** Seconds between the pictures of a list, at least. */
  readonly interval?: number | undefined;
};

/** What is asked for. */
export type ThumbnailRequest = {
  readonly source: PictureSource;
  /** What lists and posters are about; sheets lie on the whole timeline. Undefined: there is nothing. */
  readonly range: () => Promise<ThumbnailRange | undefined>;
  /** Times are of the clock. */
  readonly byClock: boolean;
  /** The poster is the newest picture, and not one from near the beginning. */
  readonly newest?: boolean;
};

/** An answer to be sent. */
export type ThumbnailAnswer = {
  readonly contentType: string;
  readonly cacheControl: string;
  /** Strong, with its quotes. */
  readonly etag: string;
  readonly body: readonly Uint8Array[];
  readonly bytes: number;
  /** Where compressing is worth it. */
  readonly gzip?: () => Promise<Uint8Array>;
};

export type ThumbnailOptions = {
  /** The ffmpeg program: its path, or its name on the PATH. */
  readonly ffmpeg: string;
};

/** Memory for what was made lately: a sheet takes about 60 kB. */
const CACHE_BYTES = 32 * 1024 * 1024;
/** Sheets and posters that wait for their turn. */
const MOST_WAITING = 64;
/** A list is made again after this time: retention may have taken pictures away. */
const LIST_MS = 30_000;
/** A poster is taken a tenth in, but no later than this: the first picture is often black. */
const POSTER_AT = 0.1;
const POSTER_LATEST_MS = 30_000;
/** A live poster that is no older than this, in milliseconds, is shown while the next is being made. */
const POSTER_STALE_MS = 30_000;
/** Live streams whose last poster is kept. */
const MOST_LIVE = 256;
/** Seconds that caches may keep a poster that changes, and what is settled. */
const RUNNING = 10;
const SETTLED = 86_400;

const SHEET = /^thumbnails\/(?<grid>[\dx-]{1,16})\/(?<sheet>0|[1-9]\d{0,9})\.jpg$/;
const compress = promisify(gzip);

/** Whether a path is one of `poster.jpg`, `thumbnails.vtt` and the sheets that it names. */
export function isThumbnailPath(path: string): boolean {
  return path === "poster.jpg" || path === "thumbnails.vtt" || SHEET.test(path);
}

/**
 * Posters, sprite sheets, and the lists that name them, made of keyframes when they are asked for. One
 * ffmpeg process at a time, at low priority, makes them; what was made lately is kept in memory.
 */
export class Thumbnails {
  readonly #options: ThumbnailOptions;
  readonly #turns = new Turns(MOST_WAITING);
  readonly #made: LRUCache<string, Buffer, () => Promise<Buffer>>;
  readonly #lists: LRUCache<string, Buffer, () => Promise<Buffer>>;
  /** The last poster of what is live, by source. */
  readonly #live = new LRUCache<string, { at: Millis; body: Buffer }>({ max: MOST_LIVE });

  constructor(options: ThumbnailOptions) {
    this.#options = options;
    const cache = {
      maxSize: CACHE_BYTES,
      sizeCalculation: (bytes: Buffer) => Math.max(1, bytes.length),
      // Who asks meanwhile waits for the same.
      fetchMethod: (
        _key: string,
        _stale: Buffer | undefined,
        { context }: { context: () => Promise<Buffer> },
      ) => context(),
    };
    this.#made = new LRUCache(cache);
    this.#lists = new LRUCache({ ...cache, ttl: LIST_MS });
  }

  /**
   * Answers a path below a stream or asset. Undefined: there is no such picture. Fault `unavailable`
   * where ffmpeg is missing or too much waits, `media_unreadable` where it can't decode the picture.
   */
  async answer(path: string, request: ThumbnailRequest): Promise<ThumbnailAnswer | undefined> {
    if (path === "poster.jpg" || path === "thumbnails.vtt") {
      const range = await request.range();
      if (range === undefined) return undefined;
      return path === "poster.jpg" ? this.#poster(request, range) : this.#list(request, range);
    }
    const { grid: name = "", sheet } = SHEET.exec(path)?.groups ?? {};
    const grid = readGrid(name);
    if (grid === undefined || sheet === undefined) return undefined;
    return this.#sheet(request.source, grid, Number(sheet));
  }

  async #list(
    { source, byClock }: ThumbnailRequest,
    { from, to, interval }: ThumbnailRange,
  ): Promise<ThumbnailAnswer | undefined> {
    const size = await source.size(from, to);
    if (size === undefined) return undefined;
    const grid = gridFor(to - from, size, interval);
    const running = source.settled() < to;
    const until = Math.floor(Math.min(source.settled(), to) / (grid.interval * 1000));
    const key = `${source.id} ${from} ${running ? "" : to} ${gridName(grid)} ${until}`;
    const body = await this.#lists.fetch(key, {
      context: async () => {
        const pictures = await source.list(from, to);
        return Buffer.from(thumbnailsVtt(grid, pictures, { from, to, byClock }));
      },
    });
    if (body === undefined) return undefined;
    const age = running ? grid.interval : RUNNING;
    return { ...answerOf("text/vtt; charset=utf-8", age, body), gzip: () => compress(body) };
  }

  async #sheet(
    source: PictureSource,
    grid: Grid,
    sheet: number,
  ): Promise<ThumbnailAnswer | undefined> {
    const { from, to } = spanOfSheet(grid, sheet);
    const placed = place(grid, await source.list(from, to));
    const last = placed.at(-1);
    if (last === undefined) return undefined;
    const key = `${source.id} ${gridName(grid)} ${sheet} ${placed.length} ${last.picture.name}`;
    const body = await this.#made.fetch(key, {
      context: () =>
        this.#turns.take(async () => {
          const tiles: Tiled[] = [];
          for (const { picture, tile } of placed) {
            const bytes = await source.read(picture);
            if (bytes !== undefined) tiles.push({ tile, bytes });
          }
          return drawSheet(this.#options.ffmpeg, grid, tiles);
        }),
    });
    const age = source.settled() < to ? grid.interval : SETTLED;
    return body && answerOf("image/jpeg", age, body);
  }

  async #poster(
    { source, newest }: ThumbnailRequest,
    { from, to }: ThumbnailRange,
  ): Promise<ThumbnailAnswer | undefined> {
    const picture = await (newest ? lastOf(source, from, to) : early(source, from, to));
    if (picture === undefined) return undefined;
    if (!newest) {
      return answerOf("image/jpeg", SETTLED, await this.#drawnPoster(source, picture));
    }
    const last = this.#live.get(source.id);
    const drawn = this.#nextLive(source, picture);
    const shows = last !== undefined && last.at >= Math.max(from, picture.at - POSTER_STALE_MS);
    // Nobody waits for a newer one; what is wrong with it is told when there is none to show.
    if (shows) drawn.catch(() => undefined);
    return answerOf("image/jpeg", RUNNING, shows ? last.body : await drawn);
  }

  async #nextLive(source: PictureSource, picture: Picture): Promise<Buffer> {
    const body = await this.#drawnPoster(source, picture);
    this.#live.set(source.id, { at: picture.at, body });
    return body;
  }

  async #drawnPoster(source: PictureSource, picture: Picture): Promise<Buffer> {
    return this.#made.forceFetch(`${source.id} poster ${picture.name}`, {
      context: () =>
        this.#turns.take(async () => {
          const bytes = await source.read(picture);
          if (bytes !== undefined) return drawPoster(this.#options.ffmpeg, bytes);
          throw new Fault("source_media_lost", "The picture is gone from the disk");
        }),
    });
  }
}

/** Pictures are looked for in steps, so that the longest recording costs no more than a short one. */
const STEP_MS = 60_000;

async function early(
  source: PictureSource,
  from: Millis,
  to: Millis,
): Promise<Picture | undefined> {
  const wanted = plus(from, Math.min((to - from) * POSTER_AT, POSTER_LATEST_MS));
  const [after] = await source.list(wanted, millis(Math.min(to, wanted + STEP_MS)));
  if (after !== undefined) return after;
  const before = await source.list(from, wanted);
  return before.at(-1) ?? (await source.list(from, to))[0];
}

async function lastOf(
  source: PictureSource,
  from: Millis,
  to: Millis,
): Promise<Picture | undefined> {
  const end = Math.min(to, source.settled() + STEP_MS);
  const recent = await source.list(millis(Math.max(from, end - 2 * STEP_MS)), millis(end));
  return recent.at(-1) ?? (await source.list(from, to)).at(-1);
}

function answerOf(contentType: string, age: number, body: Buffer): ThumbnailAnswer {
  const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
  const cacheControl = `public, max-age=${age}`;
  return { contentType, cacheControl, etag, body: [body], bytes: body.length };
}
