import { initPath, partPath, segmentPath } from "../packager/index.ts";
import type { TrackKind } from "./served-stretch.ts";

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

/** The sound that was made for the renditions, where the source's is not for all players. */
export const SOUND_PLAYLIST = "audio-aac.m3u8";

/** The playlist of a rendition's pictures. */
export function renditionPlaylist(rendition: string): string {
  return `video-${rendition}.m3u8`;
}

/** Which track a number in an address is. */
export function kindOf(track: number): TrackKind {
  return track === TRACKS.video ? "video" : "audio";
}
