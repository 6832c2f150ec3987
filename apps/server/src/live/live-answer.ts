import type { TrackKind } from "./entry.ts";
import { INDEX, PLAYLISTS } from "./window-playlists.ts";

/** What is served at a path of the live window. */
export type LiveAnswer = {
  readonly kind: "playlist" | "media";
  readonly contentType: string;
  /** Ready to send. */
  readonly cacheControl: string;
  /** Seconds in it. */
  readonly maxAge: number;
  readonly body: readonly Uint8Array[];
};

/** What a path asks for. */
export type Place =
  | { readonly at: "playlist"; readonly kind?: TrackKind }
  | { readonly at: "segment"; readonly kind: TrackKind; readonly sequence: number }
  | { readonly at: "init"; readonly kind: TrackKind; readonly stretch: string };

const YEAR = 31_536_000;
const SEGMENT = /^(?<kind>video|audio)\/(?<sequence>0|[1-9]\d{0,14})\.m4s$/;
const INIT = /^(?<kind>video|audio)\/(?<stretch>[\w-]{1,64})\.mp4$/;

/** Reads a path relative to `/live/{stream}/`. */
export function placeOf(path: string, broadcast: string): Place | undefined {
  if (path === INDEX) return { at: "playlist" };
  if (path === PLAYLISTS.video) return { at: "playlist", kind: "video" };
  if (path === PLAYLISTS.audio) return { at: "playlist", kind: "audio" };
  if (!path.startsWith(`${broadcast}/`)) return undefined;
  const below = path.slice(broadcast.length + 1);
  const { kind, sequence, stretch } = (SEGMENT.exec(below) ?? INIT.exec(below))?.groups ?? {};
  if (kind !== "video" && kind !== "audio") return undefined;
  if (sequence !== undefined) return { at: "segment", kind, sequence: Number(sequence) };
  return stretch === undefined ? undefined : { at: "init", kind, stretch };
}

/** A playlist may be kept for half a target (rfc8216bis §B.1), in whole seconds. */
export function playlistAnswer(body: Buffer, targetDuration: number): LiveAnswer {
  const maxAge = Math.max(1, Math.floor(targetDuration / 2));
  return {
    kind: "playlist",
    contentType: "application/vnd.apple.mpegurl",
    cacheControl: `public, max-age=${maxAge}`,
    maxAge,
    body: [body],
  };
}

/** Media never changes under its path. */
export function mediaAnswer(
  kind: TrackKind,
  body: readonly Uint8Array[] | undefined,
): LiveAnswer | undefined {
  return (
    body && {
      kind: "media",
      contentType: `${kind}/mp4`,
      cacheControl: `public, max-age=${YEAR}, immutable`,
      maxAge: YEAR,
      body,
    }
  );
}
