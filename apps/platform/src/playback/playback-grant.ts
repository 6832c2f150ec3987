import type { PlaybackGrant } from "@oxbow/sdk";
import type { PlaybackWish } from "./playback-wish.ts";

/** How long a token is good; the player asks for the next one before that. */
export const TOKEN_SECONDS = 15 * 60;

/**
 * What a viewer of this is allowed: its own broadcast, its own stretch of the archive, or its own
 * file, and nothing else of the stream.
 */
export function playbackGrant(
  wish: PlaybackWish,
): Pick<PlaybackGrant, "sub" | "kinds" | "range" | "broadcast" | "jti"> | undefined {
  const { stream, what, asset, range, broadcast, viewer } = wish;
  const jti = viewer === null ? {} : { jti: viewer };
  if (what === "file") return asset && { sub: asset.id, kinds: ["vod"], ...jti };
  if (stream === null) return undefined;
  const stretch = range && { range: { from: range.from, to: range.to ?? undefined } };
  const own = broadcast ? { broadcast } : {};
  const kinds = what === "live" && broadcast ? (["live", "dvr"] as const) : (["dvr"] as const);
  // Without a stretch the token opens nothing of the archive: an empty one.
  return { sub: stream.id, kinds, range: { from: 0, to: 0 }, ...stretch, ...own, ...jti };
}
