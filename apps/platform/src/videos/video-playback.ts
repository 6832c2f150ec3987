import type { PlayerSource, VideoPlayback } from "@oxbow/site-contract";
import type { Caller } from "../calls/index.ts";
import { channelById } from "../channels/index.ts";
import type { PlaybackOf, PlaybackWish } from "../playback/index.ts";
import { posterPath } from "./poster-path.ts";
import type { VideoParts } from "./video-parts.ts";
import { lifeOf, type VideoRow } from "./video-row.ts";

const NOTHING: VideoPlayback = { player: null, expiresAt: null, download: null };

/** What the player is given for a video, for somebody who may watch it. Throws OxbowError. */
export async function playbackOf(
  { store, playback }: Pick<VideoParts, "store" | "playback">,
  row: VideoRow,
  person: Caller["person"],
): Promise<VideoPlayback> {
  const wish = wishOf(row, person?.id ?? null);
  if (wish === undefined) return NOTHING;
  const channel = await channelById(store.db, row.channel);
  const stream = channel?.stream ? { id: channel.stream, name: channel.stream_name } : null;
  const found = await playback.of({ ...wish, stream });
  if (found === undefined) return NOTHING;
  const { expiresAt, mp4 } = found;
  return {
    player: playerOf(row, found),
    expiresAt: expiresAt === undefined ? null : new Date(expiresAt).toISOString(),
    download: row.source === "live" ? null : (mp4 ?? null),
  };
}

/** Undefined where there is nothing to play. */
function wishOf(row: VideoRow, viewer: string | null): Omit<PlaybackWish, "stream"> | undefined {
  const { source, kept, file, broadcast, from } = lifeOf(row);
  const whoever = { signed: row.visibility === "private", viewer, broadcast };
  switch (source) {
    case "none":
      return undefined;
    case "file":
      return file === null ? undefined : { ...whoever, what: "file", asset: { id: file.asset } };
    case "recording":
      return kept === null ? undefined : { ...whoever, what: "recording", range: kept };
    case "live":
      return { ...whoever, what: "live", ...(from === null ? {} : { range: { from, to: null } }) };
    default:
      return source satisfies never;
  }
}

function playerOf(row: VideoRow, found: PlaybackOf): PlayerSource {
  const { token: _token, expiresAt: _expiresAt, ...source } = found;
  const own = row.source === "live" && row.broadcast !== null ? { broadcast: row.broadcast } : {};
  const poster = row.poster === null ? {} : { poster: posterPath(row.poster) };
  return { ...source, title: row.title, ...poster, ...own };
}
