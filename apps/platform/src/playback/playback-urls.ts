import type { PlaybackOf, PlaybackWish } from "./playback-wish.ts";

type Addresses = Omit<PlaybackOf, "token" | "expiresAt">;

/**
 * Where the media server at `base` has what is wished for; `file` is the name of an asset's first file.
 * Undefined where the wish names nothing.
 */
export function playbackUrls(
  wish: PlaybackWish,
  base: string,
  file = "source.mp4",
): Addresses | undefined {
  const { stream, what, range, asset, startsAt } = wish;
  const plan = startsAt ? { startsAt } : {};
  if (what === "file") {
    if (asset === undefined) return undefined;
    const at = `${base}/vod/${asset.id}`;
    return { id: asset.id, kind: "vod", ...beside(at, ""), mp4: `${at}/${file}` };
  }
  if (stream === null) return undefined;
  const recorded = `${base}/dvr/${stream.name}`;
  if (what === "live") {
    const at = `${base}/live/${stream.name}`;
    const recording = range && `${recorded}/index.m3u8${queryOf(range)}`;
    return {
      id: stream.id,
      kind: "live",
      ...beside(at, ""),
      hls: `${at}/index.m3u8?dvr=1`,
      events: `${at}/events`,
      ...(recording === undefined ? {} : { recording }),
      ...plan,
    };
  }
  if (range === undefined) return undefined;
  const { from, to } = range;
  const mp4 = to === null ? {} : { mp4: `${recorded}/${from}-${to}.mp4` };
  return { id: stream.id, kind: "vod", ...beside(recorded, queryOf(range)), ...mp4 };
}

function beside(at: string, query: string) {
  return {
    hls: `${at}/index.m3u8${query}`,
    thumbnails: `${at}/thumbnails.vtt${query}`,
    poster: `${at}/poster.jpg${query}`,
  };
}

function queryOf({ from, to }: { readonly from: number; readonly to: number | null }): string {
  return to === null ? `?from=${from}` : `?from=${from}&to=${to}`;
}
