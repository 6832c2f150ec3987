import type { Video, VideoMarker } from "@oxbow/site-contract";
import { fileTime } from "./chapters.ts";
import type { Life } from "./life.ts";
import { posterPath } from "./poster-path.ts";
import { type Db, lifeOf, type VideoRow } from "./video-row.ts";

const timeText = (at: number | null): string | null =>
  at === null ? null : new Date(at).toISOString();

/** Videos as the API tells them to who may watch them, in their order. */
export async function toVideos(db: Db, rows: readonly VideoRow[]): Promise<Video[]> {
  if (rows.length === 0) return [];
  const marked = await markersFor(db, rows);
  const channels = await db
    .selectFrom("channels")
    .select(["id", "handle", "name"])
    .where("id", "in", [...new Set(rows.map(({ channel }) => channel))])
    .execute();
  return rows.map((row) => {
    const life = lifeOf(row);
    const channel = channels.find(({ id }) => id === row.channel);
    if (channel === undefined) throw new Error(`Video "${row.id}" has no channel`);
    const markers = marked.filter((marker) => isOf(marker, row));
    return { ...toldOf(row, life), channel, markers: markersOf(markers, life) };
  });
}

type Marked = {
  readonly id: string;
  readonly video: string;
  readonly broadcast: string | null;
  readonly at: number;
  readonly label: string;
};

/** The moments of these videos; those of a clip are its broadcast's. */
function markersFor(db: Db, rows: readonly VideoRow[]): Promise<Marked[]> {
  const clipped = rows.flatMap(({ kind, broadcast }) =>
    kind === "clip" && broadcast !== null ? [broadcast] : [],
  );
  const ids = rows.map(({ id }) => id);
  return db
    .selectFrom("video_markers as marker")
    .innerJoin("videos as video", "video.id", "marker.video")
    .select(["marker.id", "marker.video", "marker.at", "marker.label", "video.broadcast"])
    .where((is) =>
      is.or([
        is("marker.video", "in", ids),
        ...(clipped.length === 0
          ? []
          : [is.and([is("video.kind", "=", "broadcast"), is("video.broadcast", "in", clipped)])]),
      ]),
    )
    .orderBy("marker.at")
    .execute();
}

function isOf(marker: Marked, row: VideoRow): boolean {
  if (marker.video === row.id) return true;
  if (row.kind !== "clip" || marker.broadcast === null || marker.broadcast !== row.broadcast)
    return false;
  return marker.at >= (row.from_at ?? 0) && marker.at < (row.to_at ?? 0);
}

/** One of them. */
export async function toVideo(db: Db, row: VideoRow): Promise<Video> {
  const [video] = await toVideos(db, [row]);
  if (video === undefined) throw new Error(`Video "${row.id}" can't be told`);
  return video;
}

function toldOf(row: VideoRow, life: Life): Omit<Video, "channel" | "markers"> {
  const { fallback } = life;
  return {
    id: row.id,
    kind: row.kind,
    title: row.title,
    description: row.description,
    visibility: row.visibility,
    state: life.state,
    source: life.source,
    preparing: row.kind === "film" && life.source === "none" && life.file !== null,
    scheduledAt: timeText(row.scheduled_at),
    from: timeText(life.from),
    to: timeText(life.to),
    duration: durationOf(row, life),
    poster: posterOf(row),
    ownPoster: row.poster !== null,
    viewers: null,
    asset: row.asset,
    cut: cutOf(life),
    fallback: fallback && { ...fallback, at: new Date(fallback.at).toISOString() },
    chat: row.chat === 1,
    createdAt: new Date(row.created_at).toISOString(),
    publishedAt: timeText(life.publishedAt),
  };
}

function cutOf({ source, file }: Life): Video["cut"] {
  const cut = source === "file" ? (file?.cut ?? null) : null;
  if (cut === null) return null;
  const gaps = cut.gaps.map(({ at, from, to, filled }) => ({
    at,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    filled,
  }));
  return { from: new Date(cut.from).toISOString(), gaps };
}

/** Seconds of what plays. */
function durationOf(row: VideoRow, { source, file, kept }: Life): number | null {
  if (source === "file") return file?.duration == null ? null : file.duration / 1000;
  if (source !== "recording" || kept === null || kept.to === null) return null;
  return Math.max(0, kept.to - kept.from - row.gap_ms) / 1000;
}

/**
 * The address of a video's picture, on this site, the same for its whole life but for what names its
 * source: a picture of another source is another. Null where there is none, and for private videos, whose
 * picture only their playback tells.
 */
function posterOf({ id, visibility, source, asset, poster }: VideoRow): string | null {
  if (visibility === "private") return null;
  if (poster !== null) return posterPath(poster);
  if (source === "none") return null;
  return `/videos/${id}/poster.jpg?of=${source === "file" ? asset : source}`;
}

function markersOf(
  rows: readonly { readonly id: string; readonly at: number; readonly label: string }[],
  { source, file }: Life,
): VideoMarker[] {
  const cut = source === "file" ? (file?.cut ?? null) : null;
  return rows.flatMap(({ id, at, label }) => {
    const seconds = cut === null ? null : fileTime(cut, at);
    return cut !== null && seconds === null
      ? []
      : [{ id, label, at: new Date(at).toISOString(), seconds }];
  });
}
