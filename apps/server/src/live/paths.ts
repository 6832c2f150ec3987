import type { TrackKind } from "./served-stretch.ts";

/** Names of the playlists, beside `/live/{stream}/index.m3u8`. */
export const PLAYLISTS = { video: "video.m3u8", audio: "audio.m3u8" } as const;
export const INDEX = "index.m3u8";

/** Tracks as addresses name them. */
export const TRACKS = { video: 1, audio: 2 } as const;

/** Where a segment of one track is, relative to the playlists. Unique for ever, live and recorded. */
export function segmentPath(stretch: string, kind: TrackKind, number: number): string {
  return `${stretch}/${TRACKS[kind]}/${number}.m4s`;
}

/** Where a part of that segment is. */
export function partPath(segment: string, part: number): string {
  return `${segment.slice(0, -".m4s".length)}.${part}.m4s`;
}

/** Where the initialization section of a stretch is. */
export function initPath(stretch: string, kind: TrackKind): string {
  return `${stretch}/${TRACKS[kind]}/init.mp4`;
}

/** What a gap is called: nothing stands there. */
export function gapPath(kind: TrackKind, sequence: number): string {
  return `gap/${TRACKS[kind]}/${sequence}.m4s`;
}

/** What a path asks for. */
export type Place =
  | { readonly at: "playlist"; readonly kind: TrackKind | undefined }
  | { readonly at: "init"; readonly kind: TrackKind; readonly stretch: string }
  | {
      readonly at: "segment";
      readonly kind: TrackKind;
      readonly stretch: string;
      readonly number: number;
      /** Absent for the whole segment. */
      readonly part: number | undefined;
    }
  /** The first picture of a segment that decodes alone, as a segment of its own. */
  | {
      readonly at: "picture";
      readonly kind: TrackKind;
      readonly stretch: string;
      readonly number: number;
    };

const MEDIA =
  /^(?<stretch>stt_\w{1,60})\/(?<track>[12])\/(?:init\.mp4|(?<number>0|[1-9]\d{0,9})(?:\.(?:(?<part>0|[1-9]\d{0,4})|(?<picture>iframe)))?\.m4s)$/;

/** Reads a path relative to `/live/{stream}/`. */
export function placeOf(path: string): Place | undefined {
  if (path === INDEX) return { at: "playlist", kind: undefined };
  if (path === PLAYLISTS.video) return { at: "playlist", kind: "video" };
  if (path === PLAYLISTS.audio) return { at: "playlist", kind: "audio" };
  const { stretch, track, number, part, picture } = MEDIA.exec(path)?.groups ?? {};
  if (stretch === undefined) return undefined;
  const kind = track === "1" ? "video" : "audio";
  if (number === undefined) return { at: "init", kind, stretch };
  if (picture !== undefined) return { at: "picture", kind, stretch, number: Number(number) };
  const at = part === undefined ? undefined : Number(part);
  return { at: "segment", kind, stretch, number: Number(number), part: at };
}
