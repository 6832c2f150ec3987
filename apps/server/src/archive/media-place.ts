import type { RecordedPlace } from "./archive-door.ts";

const MEDIA =
  /^(?<stretch>stt_[A-Za-z0-9]{1,64})\/(?<track>[12])\/(?:init\.mp4|(?<number>\d{1,10})(?:\.(?:(?<part>\d{1,4})|(?<picture>iframe)))?\.m4s)$/;

/** Reads `{stretch}/{track}/init.mp4`, `…/{number}.m4s`, `…/{number}.{part}.m4s`, `…/{number}.iframe.m4s`. */
export function mediaPlace(path: string): RecordedPlace | undefined {
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
