import { type Asset, OxbowError } from "@oxbow/sdk";
import { SiteFault, type UnshownFile } from "@oxbow/site-contract";
import { audit } from "../accounts/index.ts";
import type { Caller } from "../calls/index.ts";
import { channelFor, streamOf } from "../channels/index.ts";
import { mediaFault } from "../media/index.ts";
import type { VideoParts } from "./video-parts.ts";
import type { Db } from "./video-row.ts";

/** Files that are looked through, and how many of them at a time. */
const MOST = 1_000;
const PAGE = 200;

type Parts = Pick<VideoParts, "store" | "world" | "media">;

/** Files of a channel that no page shows, as the media server has them. Refuses with `not_found`. */
export async function unshownFiles(
  { store, media }: Parts,
  { person }: Caller,
  id: string,
): Promise<UnshownFile[]> {
  const channel = await channelFor(store.db, person, id);
  if (channel.stream === null) return [];
  const assets: Asset[] = [];
  try {
    for await (const asset of media.assets.list({ stream: channel.stream, limit: PAGE }))
      if (assets.push(asset) === MOST) break;
  } catch (error) {
    throw mediaFault(error);
  }
  const shown = await shownAssets(
    store.db,
    assets.map((asset) => asset.id),
  );
  const hidden = assets.filter((asset) => !shown.has(asset.id));
  const wishes = await wishesOf(store.db, hidden);
  return hidden.map((asset) => ({
    asset: asset.id,
    title: asset.title ?? asset.id,
    bytes: asset.files.reduce((sum, file) => sum + file.bytes, 0),
    duration: asset.duration,
    createdAt: asset.createdAt ?? null,
    wish: wishes.get(asset.export ?? "") ?? null,
  }));
}

/**
 * Deletes one of them for ever. Refuses with `not_found`, also where it is another channel's; with
 * `conflict` (`file_shown`) what a page shows by now.
 */
export async function removeFile(
  { store, world, media }: Parts,
  { person, address }: Caller,
  id: string,
  asset: string,
): Promise<void> {
  const channel = await channelFor(store.db, person, id);
  try {
    const { stream } = await media.assets.get(asset);
    if (stream !== streamOf(channel)) throw noSuchFile();
    if ((await shownAssets(store.db, [asset])).size > 0)
      throw new SiteFault("conflict", "A page shows this file", { reason: "file_shown" });
    await media.assets.delete(asset);
  } catch (error) {
    if (error instanceof OxbowError && error.status === 404) throw noSuchFile();
    throw mediaFault(error);
  }
  const act = { person, action: "video.file_removed", about: id, detail: { asset }, address };
  await store.commit((tx) => audit(tx, world, act));
}

const noSuchFile = (): SiteFault =>
  new SiteFault("not_found", "There is no such file", { reason: "asset_unknown" });

/** Those that a video plays which was not deleted. */
async function shownAssets(db: Db, assets: readonly string[]): Promise<ReadonlySet<string | null>> {
  if (assets.length === 0) return new Set();
  const rows = await db
    .selectFrom("videos")
    .select("asset")
    .where("asset", "in", assets)
    .where("deleted_at", "is", null)
    .execute();
  return new Set(rows.map(({ asset }) => asset));
}

/** Wishes by the media server's exports that they are. */
async function wishesOf(db: Db, assets: readonly Asset[]): Promise<ReadonlyMap<string, string>> {
  const exports = assets.flatMap((asset) => asset.export ?? []);
  if (exports.length === 0) return new Map();
  const rows = await db
    .selectFrom("export_wishes")
    .select(["id", "export"])
    .where("export", "in", exports)
    .execute();
  return new Map(rows.map((row) => [row.export ?? "", row.id]));
}
