/**
 * Media of a stretch, as its address names it: the same bytes while it is live and when it is recorded.
 * Tracks are named by their id.
 */
export type MediaPlace =
  | { readonly what: "init"; readonly stretch: string; readonly track: number }
  | {
      /** The whole segment, or the first picture of it that decodes alone, as a segment of its own. */
      readonly what: "segment" | "picture";
      readonly stretch: string;
      readonly track: number;
      readonly number: number;
    }
  | {
      readonly what: "part";
      readonly stretch: string;
      readonly track: number;
      readonly number: number;
      readonly part: number;
    };

const MEDIA =
  /^(?<stretch>stt_[A-Za-z0-9]{1,64})\/(?<track>[12])\/(?:init\.mp4|(?<number>0|[1-9]\d{0,9})(?:\.(?:(?<part>0|[1-9]\d{0,4})|(?<picture>iframe)))?\.m4s)$/;

/**
 * Reads an address, relative to the stream's playlists: `{stretch}/{track}/init.mp4`, `…/{number}.m4s`,
 * `…/{number}.{part}.m4s`, `…/{number}.iframe.m4s`. Undefined where it is none.
 */
export function mediaPlace(path: string): MediaPlace | undefined {
  const groups = MEDIA.exec(path)?.groups;
  if (groups === undefined) return undefined;
  const { stretch = "", track, number, part, picture } = groups;
  const at = { stretch, track: Number(track) };
  if (number === undefined) return { ...at, what: "init" };
  const segment = { ...at, number: Number(number) };
  if (picture !== undefined) return { ...segment, what: "picture" };
  if (part !== undefined) return { ...segment, what: "part", part: Number(part) };
  return { ...segment, what: "segment" };
}

/** The address of an initialization section. Unique for ever. */
export function initPath(stretch: string, track: number): string {
  return `${stretch}/${track}/init.mp4`;
}

/** The address of a segment. Unique for ever. */
export function segmentPath(stretch: string, track: number, number: number): string {
  return `${stretch}/${track}/${number}.m4s`;
}

/** The address of a part of a segment. */
export function partPath(stretch: string, track: number, number: number, part: number): string {
  return `${stretch}/${track}/${number}.${part}.m4s`;
}

/** The address of the first picture of a segment. */
export function picturePath(stretch: string, track: number, number: number): string {
  return `${stretch}/${track}/${number}.iframe.m4s`;
}
