import type { IncomingMessage } from "node:http";
import { Fault } from "@oxbow/contract";
import type { Bounds } from "../../viewers/index.ts";

/** What a media URL names: `/{kind}/{owner}/{path}?{query}`, a token before it taken off. */
export type MediaRequest = {
  readonly kind: "live" | "dvr" | "vod" | "embed";
  /** Stream or asset, id or name. */
  readonly owner: string;
  /** What follows the owner, without a slash before it. `/live/{stream}.flv` has the path `.flv`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** As it stands in `/t/{token}/…`. */
  readonly token: string | undefined;
  /** Of the viewer, as far as proxies that are trusted tell it. */
  readonly address: string;
  readonly userAgent: string;
  /** Set by the gate: what of the stream the token opens; undefined is all. */
  within: Bounds | undefined;
};

const KINDS = { "/live/": "live", "/dvr/": "dvr", "/vod/": "vod", "/embed/": "embed" } as const;
const PREFIXES = ["/live/", "/dvr/", "/vod/", "/embed/"] as const;
const TOKEN = "/t/";
const FLV = ".flv";
/** Shared by all requests that have no query; nobody writes into it. */
const NO_QUERY = new URLSearchParams();

/** Where the parts of a media URL stand in its text. */
type Place = {
  readonly kind: MediaRequest["kind"];
  readonly token: string | undefined;
  readonly owner: string;
  readonly path: string;
  readonly query: string;
};

/** Undefined where the URL is of none of the kinds, or has no owner. */
export function placeOf(url: string): Place | undefined {
  let start = 0;
  let token: string | undefined;
  if (url.startsWith(TOKEN)) {
    start = url.indexOf("/", TOKEN.length);
    if (start <= TOKEN.length) return undefined;
    token = url.slice(TOKEN.length, start);
  }
  const prefix = PREFIXES.find((each) => url.startsWith(each, start));
  if (prefix === undefined) return undefined;
  const mark = url.indexOf("?", start);
  const end = mark < 0 ? url.length : mark;
  const from = start + prefix.length;
  const slash = url.indexOf("/", from);
  const ownerEnd = slash < 0 || slash > end ? end : slash;
  if (ownerEnd <= from) return undefined;
  return {
    kind: KINDS[prefix],
    token,
    owner: url.slice(from, ownerEnd),
    path: url.slice(Math.min(ownerEnd + 1, end), end),
    query: url.slice(end + 1),
  };
}

/** Fault `invalid_request` where the URL is not well encoded. */
export function mediaRequest(
  place: Place,
  { headers }: Pick<IncomingMessage, "headers">,
  address: string,
): MediaRequest {
  const { kind, token, query } = place;
  let owner = decode(place.owner);
  let path = decode(place.path);
  if (kind === "live" && path === "" && owner.endsWith(FLV)) {
    owner = owner.slice(0, -FLV.length);
    path = FLV;
  }
  return {
    kind,
    owner,
    path,
    query: query === "" ? NO_QUERY : new URLSearchParams(query),
    token,
    address,
    userAgent: headers["user-agent"] ?? "",
    within: undefined,
  };
}

function decode(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Fault("invalid_request", `The URL is not well percent-encoded at "${text}"`);
  }
}
