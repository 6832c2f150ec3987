import { Fault } from "@oxbow/contract";

/** What a client that reloads a playlist waits for (rfc8216bis §6.2.5.2). */
export type Reload = { readonly sequence: number; readonly part: number | undefined };

/** How far a playlist is. */
export type Edge = {
  /** Media sequence number of its last whole segment. */
  readonly lastSequence: number;
  /** Parts of that segment. */
  readonly lastParts: number;
  /** Parts of the segment after it. */
  readonly openParts: number;
  /** Seconds; absent where parts are not listed. */
  readonly partTarget: number | undefined;
};

const AHEAD_SEGMENTS = 2;
const AHEAD_PARTS = 3;

/**
 * Reads `_HLS_msn` and `_HLS_part`; undefined where the client does not wait. `maxAge`: seconds that a
 * cache may keep a refusal. Fault `invalid_request` for what is no number, and a part without a segment.
 */
export function readReload(query: URLSearchParams, maxAge: number): Reload | undefined {
  const sequence = readNumber(query, "_HLS_msn", maxAge);
  const part = readNumber(query, "_HLS_part", maxAge);
  if (sequence !== undefined) return { sequence, part };
  if (part === undefined) return undefined;
  throw new Fault("invalid_request", "_HLS_part is a part of no segment: _HLS_msn is missing", {
    field: "_HLS_part",
    details: { maxAge },
  });
}

function readNumber(query: URLSearchParams, field: string, maxAge: number): number | undefined {
  const text = query.get(field);
  if (text === null) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new Fault("invalid_request", `Cannot read "${text}" as a sequence number`, {
    field,
    details: { maxAge },
  });
}

/**
 * Whether a playlist has what a client waits for. "beyond": so far ahead that the client is wrong
 * (more than two segments, or three parts of a second or longer, or as many shorter ones as last three
 * seconds). A part after the last of its segment is part 0 of the next.
 */
export function answerTo(reload: Reload, edge: Edge): "now" | "later" | "beyond" {
  const { lastSequence, partTarget } = edge;
  const { sequence } = reload;
  if (sequence > lastSequence + AHEAD_SEGMENTS) return "beyond";
  const part = partTarget === undefined ? undefined : reload.part;
  if (part === undefined || partTarget === undefined) {
    return sequence <= lastSequence ? "now" : "later";
  }
  if (sequence < lastSequence) return "now";
  if (sequence === lastSequence)
    return part < edge.lastParts || edge.openParts > 0 ? "now" : "later";
  const limit = partTarget < 1 ? AHEAD_PARTS / partTarget : AHEAD_PARTS;
  const listed = sequence === lastSequence + 1 ? edge.openParts : 0;
  if (part > listed - 1 + limit) return "beyond";
  return part < listed ? "now" : "later";
}
