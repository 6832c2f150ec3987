/** Posters, thumbnails and page files are looked at without playing anything. */
const PLAYED = /\.(m3u8|mpd|m4s|mp4|flv|vtt)$/;
const SPRITES = /(^|\/)thumbnails\.vtt$/;
const PICTURES = /^video-([a-z0-9-]+)\.m3u8$/;
const WHOLE_FILE = /^([\w-]+)\.mp4$/;
const SOURCE = "source";

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

/**
 * The quality, where the path tells: a list of pictures, a connection, a whole file. What segments are
 * of only the list tells that named them.
 */
export function renditionOf(kind: string, path: string, query: URLSearchParams): string | null {
  if (path.endsWith(".m3u8")) return listed(kind, path);
  // Nearly all requests are for segments.
  if (path.endsWith(".m4s")) return null;
  if (path.endsWith(".flv")) return SOURCE;
  const [, file] = WHOLE_FILE.exec(path) ?? [];
  if (file === undefined) return null;
  return kind === "vod" ? file : (query.get("rendition") ?? SOURCE);
}

function listed(kind: string, path: string): string | null {
  // The first file of a title may be of any quality.
  if (path === "video.m3u8") return kind === "vod" ? null : SOURCE;
  return PICTURES.exec(path)?.[1] ?? null;
}
