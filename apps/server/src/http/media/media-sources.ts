import { Fault } from "@oxbow/contract";
import type { Millis } from "@oxbow/media";
import { ASSETS_PATH, type EmbedOptions, embedPage, playerAssets } from "@oxbow/player";
import { LRUCache } from "lru-cache";
import type { Archive } from "../../archive/index.ts";
import type { Assets, VodAnswer } from "../../assets/index.ts";
import type { Exports } from "../../exports/index.ts";
import type { Live } from "../../live/index.ts";
import type { StreamNow, Streams } from "../../streams/index.ts";
import { isThumbnailPath } from "../../thumbnails/index.ts";
import type { Bounds } from "../../viewers/index.ts";
import {
  type BuffersAnswer,
  fromBuffers,
  fromMemory,
  type MediaAnswer,
  type MediaReply,
} from "./answer.ts";
import type { GrowingBody } from "./growing-body.ts";
import type { MediaRequest } from "./media-request.ts";
import { instantRange, type MediaSources } from "./media-routes.ts";
import { readPieces } from "./read-file.ts";

const IMMUTABLE = "public, max-age=31536000, immutable";

export type SourcePorts<Tx> = {
  readonly streams: Streams;
  readonly live: Live;
  readonly archive: Archive;
  readonly exports: Exports<Tx>;
  readonly assets: Assets<Tx>;
  /** HLS of the stream's running or last recording; undefined where there is none. */
  readonly recordingOf: (stream: StreamNow) => Promise<string | undefined>;
  /** `/live/{stream}.flv`, where it is offered. */
  readonly flv?: LiveStreams;
  /** `/live/{stream}/events`, where they are offered. */
  readonly viewerEvents?: LiveStreams;
  readonly pictures?: PicturePorts;
};

/**
 * Answers `poster.jpg`, `thumbnails.vtt` and the sheets that it names, with nothing in them that lies
 * outside of `within`. Refusals are thrown as `Fault`.
 */
export type PicturePorts = {
  live(
    stream: StreamNow,
    path: string,
    within: Bounds | undefined,
  ): Promise<BuffersAnswer | undefined>;
  dvr(
    stream: StreamNow,
    path: string,
    query: URLSearchParams,
    within: Bounds | undefined,
  ): Promise<BuffersAnswer | undefined>;
  vod(asset: string, path: string): Promise<BuffersAnswer | undefined>;
};

/** Endless answers about a stream; undefined: no such thing. Refusals are thrown as `Fault`. */
export type LiveStreams = (
  stream: StreamNow,
  request: MediaRequest,
) => MediaReply | undefined | Promise<MediaReply | undefined>;

/** A live window; a promise where the answer is held. */
type LiveRoute = {
  route(
    path: string,
    query: URLSearchParams,
    gone: AbortSignal,
  ): LiveFound | undefined | Promise<LiveFound | undefined>;
};
type LiveFound = BuffersAnswer | GrowingBody;

const fromLive = (found: LiveFound | undefined): MediaReply | undefined =>
  found && "body" in found ? fromBuffers(found) : found;

/** Playback URLs, answered by the folders that hold the media. */
export function mediaSources<Tx>(ports: SourcePorts<Tx>): MediaSources {
  const { streams, live, archive, exports, assets } = ports;
  const offline = offlineAnswer(ports.recordingOf);
  return {
    live(request, gone) {
      const { owner, path, query, within } = request;
      const now = streams.get(owner);
      if (path === ".flv") return ports.flv?.(now, request);
      if (path === "events") return ports.viewerEvents?.(now, request);
      if (isThumbnailPath(path)) return picture(ports.pictures?.live(now, path, within));
      const { name } = now.stream;
      const found: LiveRoute | undefined = live.get(name);
      // Who may see one stretch is not told of another.
      if (!found) return within ? offAir(now) : offline(now);
      const answer = found.route(path, query, gone);
      return answer instanceof Promise ? answer.then(fromLive) : fromLive(answer);
    },
    async dvr({ owner, path, query, within }, gone) {
      const now = streams.get(owner);
      const { stream } = now;
      if (isThumbnailPath(path)) return picture(ports.pictures?.dvr(now, path, query, within));
      const range = instantRange(path);
      if (range) return instant(exports, stream.id, range, renditionIn(query));
      const answer = await archive.dvrRoute(stream, path, query, gone);
      return answer && fromBuffers(answer);
    },
    async vod({ owner, path, query }) {
      if (isThumbnailPath(path)) return picture(ports.pictures?.vod(owner, path));
      const answer = await assets.vodRoute(owner, path, query);
      if (answer) return fromVod(answer);
      // Whether the asset is what there is not: Fault `asset_unknown`.
      await assets.get(owner);
      return undefined;
    },
    embed: (request) => {
      const { owner, path } = request;
      const whole = path === "" ? owner : `${owner}/${path}`;
      return whole.startsWith(ASSETS_PATH.slice("/embed/".length))
        ? playerFile(`/embed/${whole}`)
        : page(ports, whole, request);
    },
  };
}

function offAir({ stream: { name } }: StreamNow, recording?: string): never {
  const details = recording === undefined ? {} : { recording };
  throw new Fault("stream_offline", `"${name}" is not on air`, { details });
}

/** Players that wait for a stream ask again and again: what is over is looked up once a second. */
function offlineAnswer(recordingOf: (stream: StreamNow) => Promise<string | undefined>) {
  const known = new LRUCache<string, Promise<string | undefined>>({ max: 1_000, ttl: 1_000 });
  return async (now: StreamNow): Promise<never> => {
    const { id } = now.stream;
    const found = known.get(id) ?? recordingOf(now);
    known.set(id, found, { noUpdateTTL: true });
    return offAir(now, await found);
  };
}

async function picture(
  made: Promise<BuffersAnswer | undefined> | undefined,
): Promise<MediaAnswer | undefined> {
  const answer = await made;
  return answer && fromBuffers(answer);
}

/** `?rendition=720p`; the source unless told. */
const renditionIn = (query: URLSearchParams): string => query.get("rendition") ?? "source";

async function instant<Tx>(
  exports: Exports<Tx>,
  stream: string,
  { from, to }: { readonly from: Millis; readonly to: Millis },
  rendition: string,
): Promise<MediaAnswer> {
  const file = await exports.instantMp4(stream, from, to, rendition);
  return {
    contentType: "video/mp4",
    // The archive may lose the range to retention: kept for an hour, then asked for again.
    cacheControl: "public, max-age=3600",
    etag: file.etag,
    bytes: file.bytes,
    body: { kind: "reader", read: (start, end) => file.read(start, end) },
  };
}

function fromVod(answer: VodAnswer): MediaAnswer {
  if (answer.kind === "bytes") return fromBuffers(answer);
  const { contentType, cacheControl, etag, bytes } = answer;
  const pieces = answer.kind === "file" ? [answer.file] : answer.pieces;
  const read = (start: number, end: number) => readPieces(pieces, start, end);
  return { contentType, cacheControl, etag, bytes, body: { kind: "reader", read } };
}

async function playerFile(path: string): Promise<MediaAnswer | undefined> {
  const file = (await playerAssets()).files.get(path);
  if (!file) return undefined;
  return { ...fromMemory(file.contentType, IMMUTABLE, [file.body]), gzip: () => file.gzip };
}

async function page<Tx>(
  ports: SourcePorts<Tx>,
  id: string,
  { token, within }: MediaRequest,
): Promise<MediaAnswer> {
  const stream = ports.streams.find(id);
  // Relative to this host: the page works under every name that the server is reached by.
  const root = token === undefined ? "" : `/t/${token}`;
  const recording = stream && !within ? await ports.recordingOf(stream) : undefined;
  const options = stream ? streamPage(stream, root, recording) : await assetPage(ports, id, root);
  const { html, contentSecurityPolicy } = await embedPage(options);
  const answer = fromMemory("text/html; charset=utf-8", "no-cache", [Buffer.from(html)]);
  const headers = {
    "Content-Security-Policy": contentSecurityPolicy,
    "X-Content-Type-Options": "nosniff",
    // So that pages that are isolated themselves can embed it; all that it loads says CORP.
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Referrer-Policy": "strict-origin-when-cross-origin",
  };
  return { ...answer, headers };
}

function streamPage(now: StreamNow, root: string, recording: string | undefined): EmbedOptions {
  const { name, title } = now.stream;
  return {
    id: name,
    title,
    kind: "live",
    sources: { hls: `${root}/live/${name}/index.m3u8` },
    ...(recording === undefined ? {} : { recording: `${root}${recording}` }),
  };
}

async function assetPage<Tx>(
  { assets }: SourcePorts<Tx>,
  id: string,
  root: string,
): Promise<EmbedOptions> {
  const { title } = await assets.get(id);
  const at = `${root}/vod/${id}`;
  return {
    id,
    title,
    kind: "vod",
    sources: { hls: `${at}/index.m3u8`, mp4: `${at}/source.mp4` },
  };
}
