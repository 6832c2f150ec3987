import { Fault } from "@oxbow/contract";
import { type Millis, millis } from "@oxbow/media";
import { checkRange } from "../range-resolver.ts";

/** What a playlist URL under /dvr/{stream}/ asks for. */
export type DvrQuery = {
  readonly from: Millis;
  readonly to: Millis | undefined;
  readonly broadcast: string | undefined;
  /** As the media playlists carry it. */
  readonly text: string;
};

/** What a client asks of the server in reloading a playlist (rfc8216bis §6.2.5). */
export type Directives = {
  /** The answer is held until the playlist has this media sequence number. */
  readonly msn: number | undefined;
  /** Entries that the client has may be left out, with `v2` date ranges as well. */
  readonly skip: "YES" | "v2" | undefined;
};

/** Throws Fault `invalid_request`, `range_invalid`. */
export function readQuery(query: URLSearchParams): DvrQuery {
  const from = readTime(query, "from");
  if (from === undefined) {
    throw new Fault("invalid_request", "A range needs its beginning: ?from= in milliseconds", {
      field: "from",
    });
  }
  const to = readTime(query, "to");
  if (to !== undefined) checkRange(from, to);
  return dvrQuery(from, to, query.get("broadcast") ?? undefined);
}

export function dvrQuery(
  from: Millis,
  to: Millis | undefined,
  broadcast: string | undefined,
): DvrQuery {
  const text = new URLSearchParams({
    from: String(from),
    ...(to !== undefined && { to: String(to) }),
    ...(broadcast !== undefined && { broadcast }),
  });
  return { from, to, broadcast, text: `?${text.toString()}` };
}

/** Throws Fault `invalid_request`: also for a part without its segment (rfc8216bis §6.2.5.2). */
export function readDirectives(query: URLSearchParams): Directives {
  const msn = readCount(query, "_HLS_msn");
  if (readCount(query, "_HLS_part") !== undefined && msn === undefined) {
    throw new Fault("invalid_request", "Cannot wait for a part without _HLS_msn", {
      field: "_HLS_part",
    });
  }
  const skip = query.get("_HLS_skip");
  return { msn, skip: skip === "YES" || skip === "v2" ? skip : undefined };
}

function readTime(query: URLSearchParams, field: string): Millis | undefined {
  const text = query.get(field);
  if (text === null || text === "") return undefined;
  if (/^\d{1,16}$/.test(text)) return millis(Number(text));
  throw new Fault("invalid_request", `Cannot read "${text}" as Unix milliseconds`, { field });
}

function readCount(query: URLSearchParams, field: string): number | undefined {
  const text = query.get(field);
  if (text === null) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new Fault("invalid_request", `Cannot read "${text}" as a number`, { field });
}
