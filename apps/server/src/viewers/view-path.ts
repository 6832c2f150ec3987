/** Posters, thumbnails and page files are looked at without playing anything. */
const PLAYED = /\.(m3u8|mpd|m4s|mp4|flv|vtt)$/;
const SPRITES = /(^|\/)thumbnails\.vtt$/;

/** Whether a path is asked for by those who play. */
export function isPlaying(path: string): boolean {
  return PLAYED.test(path) && !SPRITES.test(path);
}

/** How a viewer plays who begins with this path. */
export function protocolOf(path: string): string {
  if (path.endsWith(".mpd")) return "dash";
  if (path.endsWith(".flv")) return "flv";
  // Whole files; those that segments begin with are of a playlist.
  if (path.endsWith(".mp4") && !path.endsWith("init.mp4")) return "mp4";
  return "hls";
}

/** The quality, where the path tells: the archive and live have one. */
export function renditionOf(kind: string, path: string): string | null {
  if (kind !== "vod") return "source";
  return /^([\w-]+)\.mp4$/.exec(path)?.[1] ?? null;
}
