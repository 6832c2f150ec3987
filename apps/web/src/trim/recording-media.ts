import type { AnswerOf } from "@oxbow/site-contract";
import { askMedia } from "./ask-media.ts";
import { grown, type RecordedSegment, readFrameRate, readSegments } from "./recorded-segments.ts";
import type { View } from "./view.ts";

export type Recording = AnswerOf<"recordings.get">;

type Fresh = (url: string) => string;

export const hasTrack = ({ ranges }: Recording, kind: "video" | "audio"): boolean =>
  ranges.some(({ tracks }) => tracks.some((track) => track.kind === kind));

export const wholeOf = ({ from, to }: Recording): View => ({
  from: Date.parse(from),
  to: Date.parse(to),
});

/** Another playlist or list of the same recording, about a range of it. */
export function ofRange(url: string, name: string, { from, to }: View): string {
  const address = new URL(url.replace(/[^/]+\.m3u8|thumbnails\.vtt/, name));
  address.searchParams.set("from", `${Math.floor(from)}`);
  address.searchParams.set("to", `${Math.ceil(to)}`);
  return address.href;
}

/**
 * The segments of the sound; with those that are known already, what came since. Throws where the media
 * server gives no answer.
 */
export async function readSound(
  recording: Recording,
  fresh: Fresh,
  { signal, before }: { readonly signal: AbortSignal; readonly before: readonly RecordedSegment[] },
): Promise<readonly RecordedSegment[]> {
  const { hls } = recording.playback;
  const { from, to } = wholeOf(recording);
  const last = before.at(-1);
  const end = last === undefined ? 0 : last.wall + last.duration * 1000;
  if (last !== undefined && end >= to) return grown(before, [], from);
  const url =
    last === undefined
      ? // The one that the player reads, so that it comes once.
        hls.replace("/index.m3u8", "/audio.m3u8")
      : ofRange(hls, "audio.m3u8", { from: last.wall + 1, to });
  const answer = await askMedia(fresh(url), signal);
  if (answer === undefined) return grown(before, [], from);
  return grown(before, readSegments(await answer.text(), url), from);
}

/** Milliseconds of a picture; of what has none, or does not say, those of thirty a second. */
export async function readPictureMs(
  recording: Recording,
  fresh: Fresh,
  signal: AbortSignal,
): Promise<number> {
  const told = recording.ranges.flatMap(({ tracks }) => tracks.map((track) => track.frameRate));
  const declared = told.find((rate) => typeof rate === "number" && rate > 0);
  if (typeof declared === "number") return 1000 / declared;
  const answer = await askMedia(fresh(recording.playback.hls), signal);
  return 1000 / (readFrameRate((await answer?.text()) ?? "") ?? 30);
}

/** Width of a picture by its height, of the first there are. */
export function aspectOf({ ranges }: Recording): number {
  const tracks = ranges.flatMap((range) => range.tracks);
  const { width = 16, height = 9 } = tracks.find(({ kind }) => kind === "video") ?? {};
  return Math.min(4, Math.max(0.25, width / height));
}

/** Where a stretch can be had as a file, at once. */
export function downloadUrl(
  { playback, video }: Recording,
  { from, to }: { readonly from: number; readonly to: number },
): string {
  const path = playback.download.replace("{from}", `${from}`).replace("{to}", `${to}`);
  return `${path}?download=${encodeURIComponent(video.title)}`;
}
