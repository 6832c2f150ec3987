import type { Tx } from "../store/index.ts";
import { scheduleTask } from "../tasks/index.ts";
import type { VideoRow } from "../videos/index.ts";
import { tellWish, type WishParts } from "./change-wish.ts";
import { ASK } from "./task-kinds.ts";
import { newLife } from "./wish-life.ts";
import { columnsOf, type WishOptions, type WishRow, wishOf } from "./wish-row.ts";

export type NewWish = {
  readonly video: VideoRow;
  /** The media server's stream that it was on air on. */
  readonly stream: string;
  readonly title: string;
  /** Unix milliseconds; null: the whole. */
  readonly range: { readonly from: number; readonly to: number } | null;
  readonly options: WishOptions;
  /** Null: the site itself. */
  readonly by: { readonly id: string; readonly name: string } | null;
};

/** Writes a wish down, and that the media server is to be asked. */
export async function addWish(tx: Tx, parts: WishParts, wish: NewWish): Promise<WishRow> {
  const { world } = parts;
  const { video, stream, title, range, options, by } = wish;
  const now = world.now();
  const id = world.id("wsh");
  await tx
    .insertInto("export_wishes")
    .values({
      ...columnsOf(newLife, now),
      id,
      video: video.id,
      channel: video.channel,
      stream,
      title,
      from_at: range?.from ?? null,
      to_at: range?.to ?? null,
      options: JSON.stringify(options),
      asked_by: by?.id ?? null,
      asked_by_name: by?.name ?? null,
      pin: null,
      created_at: now,
    })
    .execute();
  await scheduleTask(tx, world, { kind: ASK, key: id, payload: id, at: now });
  const row = await wishOf(tx, id);
  if (row === undefined) throw new Error("A wish was not written");
  await tellWish(tx, parts, row, true);
  return row;
}
