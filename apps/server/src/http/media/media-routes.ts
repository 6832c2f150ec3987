import type { IncomingMessage, ServerResponse } from "node:http";
import { Fault } from "@oxbow/contract";
import { millis } from "@oxbow/media";
import type { World } from "../../world.ts";
import type { MediaAnswer } from "./answer.ts";
import { send, sendPreflight, sendProblem } from "./send.ts";

/** Who answers media URLs. A path is what follows the stream or asset; undefined: no such thing. */
export type MediaSources = {
  /** `/live/{stream}/…`; throws Fault `stream_unknown`, `stream_offline`. */
  live(stream: string, path: string): MediaAnswer | undefined;
  /** `/dvr/{stream}/…`, instant MP4 included. */
  dvr(stream: string, path: string, query: URLSearchParams): Promise<MediaAnswer | undefined>;
  vod(asset: string, path: string): Promise<MediaAnswer | undefined>;
  /** `/embed/{stream or asset}` and `/embed/assets/…`. */
  embed(path: string, encodings: string): Promise<MediaAnswer | undefined>;
};

const KINDS = ["/live/", "/dvr/", "/vod/", "/embed/"] as const;

/** Answers playback requests. */
export type MediaRoutes = {
  /** False where the URL is none of playback; nothing was done then. */
  answer(request: IncomingMessage, response: ServerResponse): boolean;
};

export function mediaRoutes(sources: MediaSources, world: World): MediaRoutes {
  const refuse = (request: IncomingMessage, response: ServerResponse, error: unknown): void => {
    if (error instanceof Fault) {
      sendProblem(response, error);
      return;
    }
    world.log.error({ err: error, url: request.url }, "media request failed");
    sendProblem(response, new Fault("internal", "The request could not be answered"));
  };
  return {
    answer(request, response) {
      const place = placeOf(request.url ?? "");
      if (!place) return false;
      try {
        // Live media is in memory: it is answered here and now, without a promise.
        const waits = answer(sources, place, request, response);
        waits?.catch((error: unknown) => refuse(request, response, error));
      } catch (error) {
        refuse(request, response, error);
      }
      return true;
    },
  };
}

type Place = {
  readonly kind: (typeof KINDS)[number];
  readonly owner: string;
  readonly path: string;
  readonly query: string;
};

/** `/kind/owner/path?query`; undefined where it is of none of the kinds, or has no owner. */
function placeOf(url: string): Place | undefined {
  const kind = KINDS.find((prefix) => url.startsWith(prefix));
  if (kind === undefined) return undefined;
  const mark = url.indexOf("?");
  const end = mark < 0 ? url.length : mark;
  const slash = url.indexOf("/", kind.length);
  const ownerEnd = slash < 0 || slash > end ? end : slash;
  if (ownerEnd === kind.length) return undefined;
  return {
    kind,
    owner: url.slice(kind.length, ownerEnd),
    path: url.slice(Math.min(ownerEnd + 1, end), end),
    query: url.slice(end + 1),
  };
}

function answer(
  sources: MediaSources,
  place: Place,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> | undefined {
  if (request.method === "OPTIONS") {
    sendPreflight(response);
    return undefined;
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("Allow", "GET, HEAD, OPTIONS");
    throw new Fault("method_not_allowed", `Cannot ${request.method} media: GET it`);
  }
  // PostgreSQL takes no text with U+0000, so nothing that is looked up there has one.
  if (request.url?.includes("%00")) throw new Fault("invalid_request", "The URL has a %00 in it");
  const found = find(sources, place, request);
  const deliver = (media: MediaAnswer | undefined) => {
    if (!media) throw new Fault("not_found", `There is nothing at ${request.url}`);
    return send(request, response, media);
  };
  return found instanceof Promise ? found.then(deliver) : deliver(found);
}

function find(
  sources: MediaSources,
  place: Place,
  request: IncomingMessage,
): MediaAnswer | undefined | Promise<MediaAnswer | undefined> {
  const owner = decode(place.owner);
  const path = decode(place.path);
  switch (place.kind) {
    case "/live/":
      return sources.live(owner, path);
    case "/dvr/":
      return sources.dvr(owner, path, new URLSearchParams(place.query));
    case "/vod/":
      return sources.vod(owner, path);
    case "/embed/":
      return sources.embed(
        path === "" ? owner : `${owner}/${path}`,
        request.headers["accept-encoding"]?.toString() ?? "",
      );
    default:
      return place.kind satisfies never;
  }
}

function decode(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Fault("invalid_request", `The URL is not well percent-encoded at "${text}"`);
  }
}

/** `{from}-{to}.mp4` of an instant MP4, in Unix milliseconds. */
export function instantRange(path: string) {
  const match = /^(\d{1,15})-(\d{1,15})\.mp4$/.exec(path);
  return match ? { from: millis(Number(match[1])), to: millis(Number(match[2])) } : undefined;
}
