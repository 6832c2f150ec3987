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

/** Kind, stream or asset, path below it, query. */
const ROUTE = /^\/(live|dvr|vod|embed)\/([^/?]+)(?:\/([^?]*))?(?:\?(.*))?$/;

/** Answers playback requests. `handles` says whether a URL is one. */
export type MediaRoutes = {
  handles(url: string): boolean;
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>;
};

export function mediaRoutes(sources: MediaSources, world: World): MediaRoutes {
  return {
    handles: (url) => ROUTE.test(url),
    async answer(request, response) {
      try {
        await answer(sources, request, response);
      } catch (error) {
        if (error instanceof Fault) {
          sendProblem(response, error);
          return;
        }
        world.log.error({ err: error, url: request.url }, "media request failed");
        sendProblem(response, new Fault("internal", "The request could not be answered"));
      }
    },
  };
}

async function answer(
  sources: MediaSources,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method === "OPTIONS") {
    sendPreflight(response);
    return;
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("Allow", "GET, HEAD, OPTIONS");
    throw new Fault("method_not_allowed", `Cannot ${request.method} media: GET it`);
  }
  const found = await find(sources, request);
  if (!found) throw new Fault("not_found", `There is nothing at ${request.url}`);
  await send(request, response, found);
}

function find(
  sources: MediaSources,
  request: IncomingMessage,
): MediaAnswer | undefined | Promise<MediaAnswer | undefined> {
  const match = ROUTE.exec(request.url ?? "");
  const [, kind, first = "", rest = "", query = ""] = match ?? [];
  const owner = decode(first);
  const path = decode(rest);
  switch (kind) {
    case "live":
      return sources.live(owner, path);
    case "dvr":
      return sources.dvr(owner, path, new URLSearchParams(query));
    case "vod":
      return sources.vod(owner, path);
    case "embed":
      return sources.embed(
        rest === "" ? owner : `${owner}/${path}`,
        request.headers["accept-encoding"]?.toString() ?? "",
      );
    case undefined:
    default:
      return undefined;
  }
}

function decode(text: string): string {
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
