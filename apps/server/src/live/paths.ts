import { initPath, partPath, segmentPath } from "../packager/index.ts";
import { KINDS, type TrackKind } from "./served-stretch.ts";

/** Names of the playlists, beside `/live/{stream}/index.m3u8`. */
export const PLAYLISTS = { video: "video.m3u8", audio: "audio.m3u8" } as const;
export const INDEX = "index.m3u8";

/** Tracks as addresses name them. */
export const TRACKS = { video: 1, audio: 2 } as const;

/** Where the media of one track is, relative to the playlists. */
export const initOf = (stretch: string, kind: TrackKind): string => initPath(stretch, TRACKS[kind]);
export const segmentOf = (stretch: string, kind: TrackKind, number: number): string =>
  segmentPath(stretch, TRACKS[kind], number);
export const partOf = (stretch: string, kind: TrackKind, number: number, part: number): string =>
  partPath(stretch, TRACKS[kind], number, part);

/** What a gap is called: nothing stands there. */
export function gapPath(kind: TrackKind, sequence: number): string {
  return `gap/${TRACKS[kind]}/${sequence}.m4s`;
}

/** A part of a gap: nothing stands there either. */
export function gapPartPath(kind: TrackKind, sequence: number, part: number): string {
  return `gap/${TRACKS[kind]}/${sequence}.${part}.m4s`;
}

/** The playlist that a path relative to `/live/{stream}/` asks for; `index`: the multivariant one. */
export function playlistAt(path: string): TrackKind | "index" | undefined {
  if (path === INDEX) return "index";
  return KINDS.find((kind) => PLAYLISTS[kind] === path);
}

/** Which track a number in an address is. */
export function kindOf(track: number): TrackKind {
  return track === TRACKS.video ? "video" : "audio";
}
