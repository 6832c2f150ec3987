import { Fault } from "@oxbow/contract";
import type { Millis } from "@oxbow/media";
import { ASSETS_PATH, type EmbedOptions, embedPage, playerAssets } from "@oxbow/player";
import type { Archive } from "../../archive/index.ts";
import type { Assets, VodAnswer } from "../../assets/index.ts";
import type { Exports } from "../../exports/index.ts";
import type { Live } from "../../live/index.ts";
import type { StreamNow, Streams } from "../../streams/index.ts";
import { fromMemory, type MediaAnswer } from "./answer.ts";
import { instantRange, type MediaSources } from "./media-routes.ts";
import { readFile } from "./read-file.ts";

const IMMUTABLE = "public, max-age=31536000, immutable";

export type SourcePorts<Tx> = {
  readonly streams: Streams;
  readonly live: Live;
  readonly archive: Archive;
  readonly exports: Exports<Tx>;
  readonly assets: Assets<Tx>;
  /** HLS of the stream's running or last recording; undefined where there is none. */
  readonly recordingOf: (stream: StreamNow) => Promise<string | undefined>;
};

/** Playback URLs, answered by the folders that hold the media. */
export function mediaSources<Tx>(ports: SourcePorts<Tx>): MediaSources {
  const { streams, live, archive, exports, assets } = ports;
  return {
    live(name, path) {
      const { stream } = streams.get(name);
      const found = live.get(stream.name);
      if (!found) throw new Fault("stream_offline", `"${stream.name}" is not on air`);
      const answer = found.route(path);
      if (!answer) return undefined;
      return fromMemory(answer.contentType, answer.cacheControl, answer.body);
    },
    async dvr(name, path, query) {
      const { stream } = streams.get(name);
      const range = instantRange(path);
      if (range) return instant(exports, stream.id, range.from, range.to);
      const answer = await archive.dvrRoute(stream, path, query);
      return answer && fromMemory(answer.contentType, answer.cacheControl, answer.body);
    },
    async vod(asset, path) {
      const answer = await assets.vodRoute(asset, path);
      if (answer) return fromVod(answer);
      // Whether the asset is what there is not: Fault `asset_unknown`.
      await assets.get(asset);
      return undefined;
    },
    embed: (path, encodings) =>
      path.startsWith(ASSETS_PATH.slice("/embed/".length))
        ? playerFile(`/embed/${path}`, encodings)
        : page(ports, path),
  };
}

async function instant<Tx>(
  exports: Exports<Tx>,
  stream: string,
  from: Millis,
  to: Millis,
): Promise<MediaAnswer> {
  const file = await exports.instantMp4(stream, from, to);
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
  const { contentType, cacheControl, etag, bytes } = answer;
  if (answer.kind === "bytes") {
    const body = { kind: "buffers", buffers: answer.body } as const;
    return { contentType, cacheControl, etag, bytes, body };
  }
  const { path, offset } = answer.file;
  const read = (start: number, end: number) => readFile(path, offset, start, end);
  return { contentType, cacheControl, etag, bytes, body: { kind: "reader", read } };
}

async function playerFile(path: string, encodings: string): Promise<MediaAnswer | undefined> {
  const file = (await playerAssets()).files.get(path);
  if (!file) return undefined;
  const zipped = /\bgzip\b/.test(encodings);
  const answer = fromMemory(file.contentType, IMMUTABLE, [zipped ? file.gzip : file.body]);
  const encoding: Record<string, string> = zipped ? { "Content-Encoding": "gzip" } : {};
  return { ...answer, headers: { Vary: "Accept-Encoding", ...encoding } };
}

async function page<Tx>(ports: SourcePorts<Tx>, id: string): Promise<MediaAnswer> {
  const stream = ports.streams.find(id);
  const options = stream ? await streamPage(ports, stream) : await assetPage(ports, id);
  const { html, contentSecurityPolicy } = await embedPage(options);
  const answer = fromMemory("text/html; charset=utf-8", "no-cache", [Buffer.from(html)]);
  const headers = {
    "Content-Security-Policy": contentSecurityPolicy,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
  };
  return { ...answer, headers };
}

async function streamPage<Tx>(ports: SourcePorts<Tx>, now: StreamNow): Promise<EmbedOptions> {
  const { name, title } = now.stream;
  const recording = await ports.recordingOf(now);
  return {
    id: name,
    title,
    kind: "live",
    // Relative to this host: the page works under every name that the server is reached by.
    sources: { hls: `/live/${name}/index.m3u8` },
    ...(recording === undefined ? {} : { recording }),
  };
}

async function assetPage<Tx>({ assets }: SourcePorts<Tx>, id: string): Promise<EmbedOptions> {
  const { title } = await assets.get(id);
  const root = `/vod/${id}`;
  return {
    id,
    title,
    kind: "vod",
    sources: { hls: `${root}/index.m3u8`, mp4: `${root}/source.mp4` },
  };
}
