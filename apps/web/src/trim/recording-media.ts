import type { AnswerOf } from "@oxbow/site-contract";
import { keyframesOf, type RecordedSegment, readSegments } from "./recorded-segments.ts";

export type Recording = AnswerOf<"recordings.get">;

/** What a recording is made of. */
export type RecordingMedia = {
  /** What maps the clock to the player's time: segments of the pictures, or of the sound. */
  readonly timeline: readonly RecordedSegment[];
  /** Where a copy can begin without anything hidden or encoded. */
  readonly keyframes: readonly number[];
  /** Empty where there is no sound. */
  readonly sound: readonly RecordedSegment[];
};

const PATIENCE = 20_000;

/**
 * Reads the playlists of a recording, as far as it has such tracks.
 *
 * @param fresh an address with the token that is valid now
 */
export async function readMedia(
  { playback, ranges }: Recording,
  fresh: (url: string) => string,
  signal: AbortSignal,
): Promise<RecordingMedia> {
  const has = (kind: "video" | "audio"): boolean =>
    ranges.some(({ tracks }) => tracks.some((track) => track.kind === kind));
  const read = async (url: string): Promise<readonly RecordedSegment[]> => {
    const limits = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]);
    const answer = await fetch(fresh(url), { signal: limits });
    if (!answer.ok) throw new Error(`The playlist was answered with ${answer.status}`);
    return readSegments(await answer.text(), url);
  };
  const [pictures, sound] = await Promise.all([
    has("video") ? read(playback.iframes) : [],
    has("audio") ? read(playback.hls.replace("/index.m3u8", "/audio.m3u8")) : [],
  ]);
  const timeline = pictures.length > 0 ? pictures : sound;
  return { timeline, keyframes: keyframesOf(pictures.length > 0 ? pictures : sound), sound };
}

/** Milliseconds of a picture; of what has none, or does not say, those of thirty a second. */
export function pictureMs({ ranges }: Recording): number {
  const rates = ranges.flatMap(({ tracks }) => tracks.map(({ frameRate }) => frameRate ?? 0));
  const rate = rates.find((one) => one > 0) ?? 30;
  return 1000 / rate;
}

/** Where a stretch can be had as a file, at once. */
export function downloadUrl(
  { playback, video }: Recording,
  { from, to }: { readonly from: number; readonly to: number },
): string {
  const path = playback.download.replace("{from}", `${from}`).replace("{to}", `${to}`);
  return `${path}?download=${encodeURIComponent(video.title)}`;
}
