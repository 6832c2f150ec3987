import { SiteFault, type Visibility } from "@oxbow/site-contract";
import { schedulePolicy } from "../playback/index.ts";
import type { Tx } from "../store/index.ts";
import type { World } from "../world.ts";
import { changeLife } from "./change-life.ts";
import type { Life, Stretch, VideoFile } from "./life.ts";
import { tellVideo } from "./tell-video.ts";
import { columnsOf, type VideoRow, videoOf } from "./video-row.ts";

/** A video of its own that is made of a stretch of another. */
export type ClipWish = {
  /** The video that it is of. */
  readonly of: string;
  readonly title: string;
  readonly description?: string;
  /** That of the other unless told. */
  readonly visibility?: Visibility;
};

async function existing(tx: Tx, id: string): Promise<VideoRow> {
  const row = await videoOf(tx, id);
  if (row === undefined || row.deleted_at !== null)
    throw new SiteFault("not_found", "There is no such video");
  return row;
}

/**
 * Puts a file into the place of a video's recording, or of the file that it had. Refuses with
 * `not_found` where the video is not there, or no longer.
 */
export async function publishFile(
  tx: Tx,
  world: World,
  { video, ...file }: VideoFile & { readonly video: string },
): Promise<void> {
  const row = await existing(tx, video);
  const at = world.now();
  await changeLife(tx, world, row, { what: "file_published", file, at });
}

/** Notes why there is no file of a video: its recording stays what it plays. */
export async function noteNoFile(
  tx: Tx,
  world: World,
  {
    video,
    code,
    message,
  }: { readonly video: string; readonly code: string; readonly message: string },
): Promise<void> {
  const row = await existing(tx, video);
  const fallback = { code, message, at: world.now() };
  await changeLife(tx, world, row, { what: "no_file", fallback });
}

/** Publishes a file of a stretch as a video of its own. Answers its id. */
export async function publishClip(
  tx: Tx,
  world: World,
  wish: ClipWish & { readonly file: VideoFile },
): Promise<string> {
  const { file } = wish;
  const stretch = file.cut;
  const id = await addClip(tx, world, wish, {
    source: "file",
    from: stretch?.from ?? null,
    to: stretch?.to ?? null,
    kept: null,
    file,
  });
  await schedulePolicy(tx, world, { asset: file.asset });
  return id;
}

/**
 * Publishes a stretch of a recording as a video of its own, played from the archive: what there is where
 * no file could be made. Answers its id.
 */
export function publishRecording(tx: Tx, world: World, wish: ClipWish & Stretch): Promise<string> {
  const { from, to } = wish;
  return addClip(tx, world, wish, {
    source: "recording",
    from,
    to,
    kept: { from, to },
    file: null,
  });
}

async function addClip(
  tx: Tx,
  world: World,
  wish: ClipWish,
  life: Pick<Life, "source" | "from" | "to" | "kept" | "file">,
): Promise<string> {
  const of = await existing(tx, wish.of);
  const now = world.now();
  const id = world.id("vid");
  await tx
    .insertInto("videos")
    .values({
      ...columnsOf({
        ...life,
        state: "ended",
        broadcast: of.broadcast,
        fallback: null,
        publishedAt: now,
      }),
      id,
      kind: "clip",
      channel: of.channel,
      title: wish.title,
      description: wish.description ?? "",
      visibility: wish.visibility ?? of.visibility,
      chat: 0,
      record: 1,
      latency: of.latency,
      scheduled_at: null,
      created_at: now,
      deleted_at: null,
    })
    .execute();
  await tellVideo(tx, world, id);
  return id;
}

/** A file that was never on air. */
export type FilmWish = {
  readonly channel: string;
  readonly title: string;
  readonly description: string;
  readonly visibility: Visibility;
  readonly asset: string;
  readonly bytes: number | null;
  /** Milliseconds; null while it is not known. */
  readonly duration: number | null;
  /** Whether the media server can play it already; otherwise its `asset_ready` is waited for. */
  readonly ready: boolean;
};

/** Adds a film to a channel. Answers the video's id. */
export async function addFilm(tx: Tx, world: World, film: FilmWish): Promise<string> {
  const now = world.now();
  const id = world.id("vid");
  const { asset, bytes, duration } = film;
  await tx
    .insertInto("videos")
    .values({
      ...columnsOf({
        state: "ended",
        source: film.ready ? "file" : "none",
        broadcast: null,
        from: null,
        to: null,
        kept: null,
        file: { asset, bytes, duration, cut: null },
        fallback: null,
        publishedAt: now,
      }),
      id,
      kind: "film",
      channel: film.channel,
      title: film.title,
      description: film.description,
      visibility: film.visibility,
      chat: 0,
      record: 0,
      latency: "normal",
      scheduled_at: null,
      created_at: now,
      deleted_at: null,
    })
    .execute();
  await schedulePolicy(tx, world, { asset });
  await tellVideo(tx, world, id);
  return id;
}
