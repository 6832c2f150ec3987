import { type ExportWishCreate, SiteFault } from "@oxbow/site-contract";
import { audit } from "../accounts/index.ts";
import type { Caller } from "../calls/index.ts";
import { channelById, streamOf } from "../channels/index.ts";
import { requireEdit, type VideoRow } from "../videos/index.ts";
import { nothingRecorded } from "./export-choices.ts";
import type { ExportParts } from "./export-parts.ts";
import { addWish } from "./new-wish.ts";
import { type Db, unfinished, type WishOptions, type WishRow } from "./wish-row.ts";

/** Files of a channel that are made at one time. */
const MOST_UNFINISHED = 20;

/** Unix milliseconds. */
export type Stretch = { readonly from: number; readonly to: number };

/**
 * Wishes for a file of a video. Refuses with `not_found`; `conflict` (`still_live`, `nothing_recorded`,
 * `too_many_exports`); `invalid_request` with the field.
 */
export async function wishForFile(
  parts: ExportParts,
  caller: Caller,
  body: ExportWishCreate,
): Promise<WishRow> {
  const { store, world } = parts;
  const video = await requireEdit(store.db, caller.person, body.video);
  const stream = await streamOfVideo(store.db, video);
  const range = rangeOf(video, body.range, world.now());
  checkOptions(body);
  await checkCount(store.db, video.channel);
  const { person, address } = caller;
  return store.commit(async (tx) => {
    const title = body.title ?? video.title;
    const row = await addWish(tx, parts, {
      video,
      stream,
      title,
      range,
      options: optionsFrom(body),
      by: person,
    });
    const detail = { video: video.id, range: body.range, mode: body.mode };
    await audit(tx, world, { person, action: "export.wished", about: row.id, detail, address });
    return row;
  });
}

export async function streamOfVideo(db: Db, video: VideoRow): Promise<string> {
  const channel = await channelById(db, video.channel);
  if (channel === undefined) throw new SiteFault("not_found", "There is no such channel");
  return streamOf(channel);
}

/** The stretch that is to be exported; null for the whole broadcast. Pure. */
export function rangeOf(
  video: Pick<VideoRow, "kind" | "state" | "from_at" | "to_at" | "kept_from" | "kept_to">,
  wished: { readonly from: string; readonly to: string } | null,
  now: number,
): Stretch | null {
  const { kept_from: from } = video;
  if (from === null) throw nothingRecorded();
  const to = video.kept_to ?? now;
  if (wished !== null) {
    const range = {
      from: Math.max(from, Date.parse(wished.from)),
      to: Math.min(to, Date.parse(wished.to)),
    };
    if (range.to > range.from) return range;
    throw new SiteFault("invalid_request", "The archive has nothing of this range", {
      reason: "range_without_media",
      field: "range.from",
    });
  }
  if (video.state !== "ended") {
    throw new SiteFault("conflict", "The broadcast has not ended", { reason: "still_live" });
  }
  const isWhole = from === video.from_at && to === video.to_at;
  return video.kind === "broadcast" && isWhole ? null : { from, to };
}

function checkOptions({ mode, loudness, subtitles, renditions }: ExportWishCreate): void {
  if (mode === "transcode") return;
  if (loudness) {
    throw needsEncoder("loudness", "Sound is brought to a loudness by an encoder alone");
  }
  if (subtitles.some(({ burn }) => burn)) {
    throw needsEncoder("subtitles", "Texts are drawn into pictures by an encoder alone");
  }
  if (renditions.includes("audio")) {
    throw needsEncoder("renditions", "Sound alone is made by an encoder");
  }
}

const needsEncoder = (field: string, message: string): SiteFault =>
  new SiteFault("invalid_request", message, { reason: "needs_transcode", field });

async function checkCount(db: Db, channel: string): Promise<void> {
  const { count } = await db
    .selectFrom("export_wishes")
    .select((select) => select.fn.countAll().as("count"))
    .where("channel", "=", channel)
    .where("state", "in", unfinished)
    .executeTakeFirstOrThrow();
  if (Number(count) < MOST_UNFINISHED) return;
  throw new SiteFault("conflict", `${MOST_UNFINISHED} files of this channel are being made`, {
    reason: "too_many_exports",
  });
}

function optionsFrom(body: ExportWishCreate): WishOptions {
  const { mode, cut, gaps, renditions, loudness, publish } = body;
  const subtitles = body.subtitles.map(({ language, label, burn, text }) => {
    return { language, label: label ?? language, burn, text };
  });
  return { mode, cut, gaps, renditions, loudness, publish, subtitles };
}
