import type { ExportWish } from "@oxbow/site-contract";
import type { WishLife } from "./wish-life.ts";
import { type Db, lifeOf, optionsOf, type WishRow } from "./wish-row.ts";

const timeText = (at: number): string => new Date(at).toISOString();
const timeOrNull = (at: number | null): string | null => (at === null ? null : timeText(at));

/** Wishes as the API tells them. */
export async function toWishes(db: Db, rows: readonly WishRow[]): Promise<ExportWish[]> {
  if (rows.length === 0) return [];
  const videos = await db
    .selectFrom("videos")
    .select(["id", "title"])
    .where("id", "in", [...new Set(rows.map(({ video }) => video))])
    .execute();
  const titles = new Map(videos.map(({ id, title }) => [id, title]));
  return rows.map((row) => wishView(row, titles.get(row.video) ?? row.title));
}

export async function toWish(db: Db, row: WishRow): Promise<ExportWish> {
  const [wish] = await toWishes(db, [row]);
  if (wish === undefined) throw new Error("A wish was lost on its way");
  return wish;
}

function wishView(row: WishRow, videoTitle: string): ExportWish {
  const life = lifeOf(row);
  const { subtitles, ...options } = optionsOf(row);
  const { from_at: from, to_at: to } = row;
  return {
    id: row.id,
    video: { id: row.video, title: videoTitle },
    channel: row.channel,
    title: row.title,
    range: from === null || to === null ? null : { from: timeText(from), to: timeText(to) },
    options: {
      ...options,
      subtitles: subtitles.map(({ language, label, burn }) => ({ language, label, burn })),
    },
    state: life.state,
    progress: life.progress,
    retryAt: timeOrNull(life.retryAt),
    stopping: life.stop !== null,
    file: fileView(life),
    error: life.error,
    tries: life.tries.map((one) => ({ ...one, at: timeText(one.at) })),
    fallback: life.fallback === null ? null : { ...life.fallback, kept: row.pin !== null },
    aborted: life.aborted,
    askedBy: row.asked_by_name,
    createdAt: timeText(row.created_at),
    endedAt: timeOrNull(row.ended_at),
  };
}

function fileView({ file }: WishLife): ExportWish["file"] {
  if (file === null) return null;
  const { asset, bytes, duration, files, video } = file;
  return { asset, bytes, duration, files: [...files], video };
}
