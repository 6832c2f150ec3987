import type { IncomingMessage, ServerResponse } from "node:http";
import { Fault } from "@oxbow/contract";
import { millis } from "@oxbow/media";
import type { World } from "../../world.ts";
import type { MediaAnswer, MediaReply } from "./answer.ts";
import { asDownload } from "./download.ts";
import { type Admission, type MediaGate, openGate, type Viewing } from "./gate.ts";
import { type MediaRequest, mediaRequest, placeOf } from "./media-request.ts";
import { OpenAnswers } from "./open-answers.ts";
import { openStream } from "./open-stream.ts";
import { send, sendPreflight, sendProblem } from "./send.ts";
import { sendGrowing } from "./send-growing.ts";

type Found = MediaReply | undefined;

/** Who answers media URLs. Undefined: no such thing. Refusals are thrown as `Fault`. */
export type MediaSources = {
  /** A promise where the answer is held until there is one; `gone` aborts when nobody waits for it any more. */
  live(request: MediaRequest, gone: AbortSignal): Found | Promise<Found>;
  /** Instant MP4 included. */
  dvr(request: MediaRequest, gone: AbortSignal): Promise<Found>;
  vod(request: MediaRequest): Promise<Found>;
  /** `/embed/{stream or asset}` and `/embed/assets/…`. */
  embed(request: MediaRequest): Promise<Found>;
};

/** Answers playback requests. */
export type MediaRoutes = {
  /** False where the URL is none of playback; nothing was done then. */
  answer(request: IncomingMessage, response: ServerResponse): boolean;
  /** Answers those who are held and ends what has no end: the server stops. */
  release(): void;
};

export type MediaRoutesOptions = {
  /** All is public unless told. */
  readonly gate?: MediaGate;
  /** The viewer's address, where proxies stand between; that of the connection unless told. */
  readonly addressOf?: (request: IncomingMessage) => string;
};

export function mediaRoutes(
  sources: MediaSources,
  world: World,
  options: MediaRoutesOptions = {},
): MediaRoutes {
  const { gate = openGate, addressOf = ({ socket }) => socket.remoteAddress ?? "" } = options;
  const open = new OpenAnswers();
  const refuse = (request: IncomingMessage, response: ServerResponse, error: unknown): void => {
    if (error instanceof Fault) {
      sendProblem(response, error);
      return;
    }
    // A token is a key for a while: it stands in no log.
    const url = request.url?.replace(/^\/t\/[^/]*/, "/t/…");
    world.log.error({ err: error, url }, "media request failed");
    sendProblem(response, new Fault("internal", "The request could not be answered"));
  };
  const answer = (request: IncomingMessage, response: ServerResponse, asked: MediaRequest) => {
    const admission = gate.admit(asked);
    if (admission instanceof Promise) {
      return admission.then((known) => reply(request, response, asked, known));
    }
    return reply(request, response, asked, admission);
  };
  const reply = (
    request: IncomingMessage,
    response: ServerResponse,
    asked: MediaRequest,
    admission: Admission,
  ): Promise<void> | undefined => {
    if (admission instanceof Fault) throw admission;
    const gone = new AbortController();
    const found = find(sources, asked, gone.signal);
    const deliver = (media: Found): Promise<void> | undefined => {
      if (!media) throw new Fault("not_found", `There is nothing at ${request.url}`);
      return hand(request, response, asked, asDownload(asked, media), admission, open);
    };
    return found instanceof Promise
      ? open.hold(response, gone, found).then(deliver)
      : deliver(found);
  };
  return {
    answer(request, response) {
      const place = placeOf(request.url ?? "");
      if (!place) return false;
      try {
        if (request.method === "OPTIONS") {
          sendPreflight(request, response);
          return true;
        }
        check(request, response);
        const asked = mediaRequest(place, request, addressOf(request));
        // Live media is in memory: it is answered here and now, without a promise.
        answer(request, response, asked)?.catch((error: unknown) =>
          refuse(request, response, error),
        );
      } catch (error) {
        refuse(request, response, error);
      }
      return true;
    },
    release: () => open.release(),
  };
}

function check({ method, url }: IncomingMessage, response: ServerResponse): void {
  if (method !== "GET" && method !== "HEAD") {
    response.setHeader("Allow", "GET, HEAD, OPTIONS");
    throw new Fault("method_not_allowed", `Cannot ${method} media: GET it`);
  }
  // PostgreSQL takes no text with U+0000, so nothing that is looked up there has one.
  if (url?.includes("%00")) throw new Fault("invalid_request", "The URL has a %00 in it");
}

function find(
  sources: MediaSources,
  request: MediaRequest,
  gone: AbortSignal,
): Found | Promise<Found> {
  switch (request.kind) {
    case "live":
      return sources.live(request, gone);
    case "dvr":
      return sources.dvr(request, gone);
    case "vod":
      return sources.vod(request);
    case "embed":
      return sources.embed(request);
    default:
      return request.kind satisfies never;
  }
}

/** Sends what was found, and tells of it whoever counts. */
function hand(
  request: IncomingMessage,
  response: ServerResponse,
  asked: MediaRequest,
  media: MediaReply,
  viewing: Viewing | undefined,
  open: OpenAnswers,
): Promise<void> | undefined {
  if ("open" in media) {
    openStream(request, response, media, { asked, viewing, open });
    return undefined;
  }
  if ("grow" in media) {
    sendGrowing(request, response, media, { asked, viewing, open });
    return undefined;
  }
  return send(request, response, ownedBy(asked, media), (bytes) => viewing?.served(asked, bytes));
}

/** A URL with a token in it is one viewer's own: no cache that viewers share keeps what it opened. */
function ownedBy({ token }: MediaRequest, media: MediaAnswer): MediaAnswer {
  if (token === undefined) return media;
  const { cacheControl } = media;
  const said = cacheControl.startsWith("public")
    ? cacheControl.slice("public, ".length)
    : cacheControl;
  return { ...media, cacheControl: `private, ${said}` };
}

/** `{from}-{to}.mp4` of an instant MP4, in Unix milliseconds. */
export function instantRange(path: string) {
  const match = /^(\d{1,15})-(\d{1,15})\.mp4$/.exec(path);
  return match ? { from: millis(Number(match[1])), to: millis(Number(match[2])) } : undefined;
}
