import type { Facts } from "./playback-state.ts";

/** What an answer means for the viewer; undefined where it is no refusal. */
export function accessOf(status: number, body: string): Facts["access"] | undefined {
  if (status !== 401 && status !== 403 && status !== 429 && status !== 503) return undefined;
  const code = codeIn(body);
  if (code === "viewer_limit" || code === "session_limit") return "full";
  if (status === 403) return "forbidden";
  if (status !== 401) return undefined;
  return code === "token_missing" || code === "token_invalid" ? "forbidden" : "expired";
}

/** The `code` of a problem (RFC 9457). */
export function codeIn(body: string): string | undefined {
  try {
    const problem: unknown = JSON.parse(body);
    if (typeof problem !== "object" || problem === null || !("code" in problem)) return undefined;
    return typeof problem.code === "string" ? problem.code : undefined;
  } catch {
    // A proxy's own page: its status alone counts.
    return undefined;
  }
}

/** What a playlist that was not given is. */
export function absence(status: number, body: string): "missing" | "gone" | "unreachable" {
  if (status === 410) return "gone";
  if (status !== 404) return "unreachable";
  const code = codeIn(body);
  return code === "stream_unknown" || code === "asset_unknown" ? "gone" : "missing";
}

/** A token stands in the path: `/t/TOKEN/live/…`. */
const IN_PATH = /^((?:[a-z]+:\/\/[^/]+)?\/t\/)([^/]+)(\/)/i;

/** The token that a URL carries. */
export const tokenIn = (url: string): string | undefined => IN_PATH.exec(url)?.[2];

/** The URL with another token; as it is, where it carries none. */
export const withToken = (url: string, token: string): string =>
  url.replace(IN_PATH, (_whole, before: string, _old: string, after: string) => {
    return before + token + after;
  });

/** When a JWT expires, in Unix milliseconds; undefined where it does not say so. */
export function expiryOf(token: string): number | undefined {
  try {
    const payload = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const claims: unknown = JSON.parse(atob(payload));
    if (typeof claims !== "object" || claims === null || !("exp" in claims)) return undefined;
    return typeof claims.exp === "number" ? claims.exp * 1000 : undefined;
  } catch {
    // Not a JWT: it is renewed when the server refuses it.
    return undefined;
  }
}
