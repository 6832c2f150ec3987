import type { Event, EventOf, EventType } from "@oxbow/sdk";
import { channelByStream, defaultsOf } from "../channels/index.ts";
import type { EventProjection } from "../media/index.ts";
import type { Tx } from "../store/index.ts";
import { scheduleTask } from "../tasks/index.ts";
import { videoOfBroadcast } from "../videos/index.ts";
import { changeWish, type WishParts } from "./change-wish.ts";
import { wantsRoom } from "./ladder.ts";
import { addWish } from "./new-wish.ts";
import { RETRY } from "./task-kinds.ts";
import type { WishInput } from "./wish-life.ts";
import { lifeOf, wishOfExport } from "./wish-row.ts";

const types: readonly EventType[] = [
  "dvr_mp4_export_start",
  "dvr_mp4_export_progress",
  "dvr_mp4_export_ready",
  "dvr_mp4_export_failed",
  "dvr_mp4_export_aborted",
  "asset_deleted",
  "broadcast_ended",
  "archive_pressure",
];

/** Wishes that are tried again when there is room, and the time between two of them, milliseconds. */
const ROOM_FOR = 100;
const ROOM_PACE_MS = 1_000;

/** Events that came before their wish are kept so long, milliseconds. */
const STRAYS_MS = 3_600_000;

/** All that exports know of the media server's work. */
export function exportProjection(parts: WishParts): EventProjection {
  return {
    types,
    apply: async (tx, event) => {
      if (event.type === "broadcast_ended") return fileAfterBroadcast(tx, parts, event);
      if (event.type === "asset_deleted") return fileRemoved(tx, parts, event.data.asset);
      if (event.type === "archive_pressure") return roomToldOf(tx, parts, event.data);
      const input = inputOf(event);
      if (input === undefined) return undefined;
      const row = await wishOfExport(tx, input.export);
      if (row === undefined) return keepStray(tx, parts, event, input.export);
      await changeWish(tx, parts, row, input);
      return undefined;
    },
  };
}

type ToldInput = Extract<WishInput, { readonly export: string }>;

/** What an event means to a wish; undefined where it is not of exports. Pure. */
export function inputOf(event: Event): ToldInput | undefined {
  if (event.type === "dvr_mp4_export_start") {
    return { do: "started", export: event.data.export, attempt: event.data.attempt };
  }
  if (event.type === "dvr_mp4_export_progress") {
    const { export: id, percent, bytes, secondsLeft, attempt = 1 } = event.data;
    return { do: "progressed", export: id, percent, bytes, secondsLeft, attempt };
  }
  if (event.type === "dvr_mp4_export_ready") {
    return { do: "ready", export: event.data.export, file: fileOf(event) };
  }
  if (event.type === "dvr_mp4_export_failed") {
    const { export: id, code, message, retryable, fallbacks } = event.data;
    const recorded = fallbacks.some(({ kind }) => kind === "dvr");
    return { do: "failed", export: id, failure: { code, message, retryable, recorded } };
  }
  if (event.type === "dvr_mp4_export_aborted") {
    const { export: id, by, why, percent } = event.data;
    return { do: "aborted", export: id, by, why, percent };
  }
  return undefined;
}

function fileOf({ data }: Extract<Event, { type: "dvr_mp4_export_ready" }>) {
  const files = data.files ?? [{ rendition: "source", bytes: data.bytes }];
  return {
    asset: data.asset,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    duration: data.duration,
    files: files.map(({ rendition, bytes }) => ({ rendition, bytes })),
    cut: {
      from: Date.parse(data.cut.from),
      to: Date.parse(data.cut.to),
      gaps: data.gaps.flatMap(({ from, to, ...more }) => {
        if (from === undefined || to === undefined) return [];
        const at = "at" in more && typeof more["at"] === "number" ? more["at"] : 0;
        const filled = "filled" in more && more["filled"] === true;
        return [{ from: Date.parse(from), to: Date.parse(to), at, filled }];
      }),
    },
    video: null,
  };
}

/** The answer that tells whose it is may be on its way: `claimStrays` looks here. */
async function keepStray(tx: Tx, { world }: WishParts, event: Event, id: string): Promise<void> {
  const asking = await tx
    .selectFrom("export_wishes")
    .select("id")
    .where("state", "in", ["asking", "retrying"])
    .limit(1)
    .executeTakeFirst();
  // Of an export that somebody else asked the media server for.
  if (asking === undefined) return;
  const now = world.now();
  await tx
    .deleteFrom("export_strays")
    .where("at", "<", now - STRAYS_MS)
    .execute();
  await tx
    .insertInto("export_strays")
    .values({
      id: event.id,
      export: id,
      sequence: event.sequence,
      event: JSON.stringify(event),
      at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Applies what was told of an export before the answer that says whose it is. */
export async function claimStrays(tx: Tx, parts: WishParts, id: string): Promise<void> {
  const strays = await tx
    .selectFrom("export_strays")
    .select("event")
    .where("export", "=", id)
    .orderBy("sequence")
    .execute();
  for (const { event } of strays) {
    const told: Event = JSON.parse(event);
    const input = inputOf(told);
    const row = await wishOfExport(tx, id);
    if (row !== undefined && input !== undefined) await changeWish(tx, parts, row, input);
  }
  await tx.deleteFrom("export_strays").where("export", "=", id).execute();
}

/** The media server takes exports again: what waited for room need not wait out its time. */
async function roomToldOf(
  tx: Tx,
  { world }: WishParts,
  { rung }: EventOf<"archive_pressure">["data"],
): Promise<void> {
  if (rung !== "ok" && rung !== "warn") return;
  const failed = await tx
    .selectFrom("export_wishes")
    .select(["id", "life"])
    .where("state", "=", "failed")
    .where("needed", "=", 1)
    .orderBy("ended_at")
    .limit(ROOM_FOR)
    .execute();
  let at = world.now();
  for (const { id, life } of failed) {
    const { retryAt, error } = lifeOf({ life });
    if (retryAt === null || error === null || !wantsRoom(error)) continue;
    await scheduleTask(tx, world, { kind: RETRY, key: id, payload: id, at });
    at += ROOM_PACE_MS;
  }
}

/** A file that was deleted is nobody's download any more. */
async function fileRemoved(tx: Tx, parts: WishParts, asset: string): Promise<void> {
  const rows = await tx
    .selectFrom("export_wishes")
    .selectAll()
    .where("state", "=", "ready")
    .where("life", "like", `%"asset":"${asset}"%`)
    .execute();
  for (const row of rows) await changeWish(tx, parts, row, { do: "removed", asset });
}

/** The channel's wish for a file after each broadcast. */
async function fileAfterBroadcast(
  tx: Tx,
  parts: WishParts,
  event: Extract<Event, { type: "broadcast_ended" }>,
): Promise<void> {
  const { stream, broadcast } = event;
  if (stream === undefined || broadcast === undefined || !event.data.playback?.hls) return;
  const channel = await channelByStream(tx, stream.id);
  if (channel === undefined || !defaultsOf(channel).autoExport) return;
  const video = await videoOfBroadcast(tx, broadcast);
  if (video === undefined || video.deleted_at !== null || video.kept_from === null) return;
  await addWish(tx, parts, {
    video,
    stream: stream.id,
    title: video.title,
    range: null,
    options: {
      mode: "copy",
      cut: "keyframe",
      gaps: "skip",
      renditions: ["source"],
      loudness: false,
      subtitles: [],
      publish: "replace",
    },
    by: null,
  });
}
