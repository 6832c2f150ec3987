import { type Archive, OxbowError } from "@oxbow/sdk";
import type { AnswerOf, StudioVideo, VideoGap } from "@oxbow/site-contract";
import { SiteFault } from "@oxbow/site-contract";
import { type Caller, numberPlace, pageOf } from "../calls/index.ts";
import { type ChannelRow, channelFor, channelOf } from "../channels/index.ts";
import type { Stretch } from "./life.ts";
import { posterPath } from "./poster-path.ts";
import { toVideos } from "./to-video.ts";
import type { VideoParts } from "./video-parts.ts";
import { playbackOf } from "./video-playback.ts";
import { lifeOf, type VideoRow } from "./video-row.ts";

/** All videos of a channel, the newest first, with what the archive has of them. */
export async function studioList(
  parts: VideoParts,
  person: Caller["person"],
  query: {
    readonly channel?: string | undefined;
    readonly state?: "open" | "ended" | undefined;
    readonly cursor?: string | undefined;
    readonly limit: number;
  },
): Promise<AnswerOf<"videos.mine">> {
  const { db } = parts.store;
  const channel = await channelAsked(parts, person, query.channel);
  if (channel === undefined) return { items: [], next: null };
  const after = numberPlace(query.cursor);
  const all = db
    .selectFrom("videos")
    .selectAll()
    .where("channel", "=", channel.id)
    .where("deleted_at", "is", null)
    .$if(query.state === "open", (list) => list.where("state", "<>", "ended"))
    .$if(query.state === "ended", (list) => list.where("state", "=", "ended"))
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .limit(query.limit + 1);
  const found = await (after === undefined
    ? all
    : all.where((is) => is(is.refTuple("created_at", "id"), "<", is.tuple(after.at, after.id)))
  ).execute();
  const { shown, next } = pageOf(found, query.limit, (row) => ({ at: row.created_at, id: row.id }));
  return { items: await studioVideos(parts, channel, shown, person), next };
}

/** One of them. */
export async function studioVideo(
  parts: VideoParts,
  row: VideoRow,
  person: Caller["person"],
): Promise<StudioVideo> {
  const channel = await channelFor(parts.store.db, person, row.channel);
  const [video] = await studioVideos(parts, channel, [row], person);
  if (video === undefined) throw new Error(`Video "${row.id}" can't be told`);
  return video;
}

async function channelAsked(
  { store }: VideoParts,
  person: Caller["person"],
  asked: string | undefined,
): Promise<ChannelRow | undefined> {
  if (asked !== undefined) return channelFor(store.db, person, asked);
  if (person === null) throw new SiteFault("not_signed_in", "Sign in first");
  return channelOf(store.db, person.id);
}

async function studioVideos(
  parts: VideoParts,
  channel: ChannelRow,
  rows: readonly VideoRow[],
  person: Caller["person"],
): Promise<StudioVideo[]> {
  const [videos, archive] = await Promise.all([
    toVideos(parts.store.db, rows),
    archiveOf(parts, channel, rows),
  ]);
  return Promise.all(
    rows.map(async (row, index) => {
      const video = videos[index];
      if (video === undefined) throw new Error(`Video "${row.id}" can't be told`);
      const viewers = (await parts.viewers.of(row))?.now ?? null;
      const told = { ...video, viewers, poster: await posterFor(parts, row, video.poster, person) };
      return { ...told, ...detailsOf(row, archive) };
    }),
  );
}

/** A private video's picture is told to those alone who may watch it. */
export async function posterFor(
  parts: Pick<VideoParts, "store" | "playback">,
  row: VideoRow,
  open: string | null,
  person: Caller["person"],
): Promise<string | null> {
  if (row.visibility !== "private") return open;
  if (row.poster !== null) return posterPath(row.poster);
  return (await playbackOf(parts, row, person)).player?.poster ?? null;
}

function detailsOf(row: VideoRow, archive: Archive | null) {
  const { kept, source } = lifeOf(row);
  const stretch =
    kept === null ? null : { from: kept.from, to: kept.to ?? Number.MAX_SAFE_INTEGER };
  const archived = kept !== null && kept.to !== null ? { from: kept.from, to: kept.to } : null;
  return {
    broadcast: row.broadcast,
    record: row.record === 1,
    latency: row.latency,
    gaps: stretch === null || archive === null ? [] : gapsIn(archive, stretch),
    bytes: source === "file" ? row.asset_bytes : stretch && archive && bytesIn(archive, stretch),
    archived: archived && {
      from: new Date(archived.from).toISOString(),
      to: new Date(archived.to).toISOString(),
    },
  };
}

const gapsIn = (archive: Archive, within: Stretch): VideoGap[] =>
  archive.gaps
    .filter((gap) => Date.parse(gap.from) >= within.from && Date.parse(gap.to) <= within.to)
    .map(({ from, to, reason }) => ({ from, to, reason }));

/** Of ranges that lie partly outside, that part of their bytes. */
function bytesIn(archive: Archive, within: Stretch): number {
  let sum = 0;
  for (const range of archive.ranges) {
    const [from, to] = [Date.parse(range.from), Date.parse(range.to)];
    const inside = Math.min(to, within.to) - Math.max(from, within.from);
    if (inside > 0 && to > from) sum += (range.bytes * inside) / (to - from);
  }
  return Math.round(sum);
}

/** What the archive has of these videos; null where it has nothing, or the media server is away. */
async function archiveOf(
  { media, world }: VideoParts,
  channel: ChannelRow,
  rows: readonly VideoRow[],
): Promise<Archive | null> {
  const kept = rows.flatMap((row) => lifeOf(row).kept ?? []);
  if (channel.stream === null || kept.length === 0) return null;
  const from = Math.min(...kept.map((stretch) => stretch.from));
  const to = Math.max(...kept.map((stretch) => stretch.to ?? world.now()));
  try {
    return await media.archive.get(channel.stream, { from, to });
  } catch (err) {
    if (!(err instanceof OxbowError)) throw err;
    world.log.warn({ err, channel: channel.id }, "the archive could not be looked at");
    return null;
  }
}
