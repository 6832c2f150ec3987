import { type Archive, OxbowError } from "@oxbow/sdk";
import { SiteFault } from "@oxbow/site-contract";
import { audit } from "../accounts/index.ts";
import type { Caller } from "../calls/index.ts";
import { channelById, streamOf } from "../channels/index.ts";
import { mediaFault } from "../media/index.ts";
import { requireEdit } from "./access.ts";
import { changeLife } from "./change-life.ts";
import type { Cut, Stretch } from "./life.ts";
import { publishFile } from "./publish.ts";
import type { VideoParts } from "./video-parts.ts";
import { type VideoRow, videoOf } from "./video-row.ts";

/**
 * Puts an asset that was made of the video's channel in the place of what the video plays. Refuses with
 * `not_found` (`asset_unknown`) any other.
 */
export async function chooseFile(
  parts: VideoParts,
  caller: Caller,
  id: string,
  asset: string,
): Promise<VideoRow> {
  const { store, world, media } = parts;
  const row = await requireEdit(store.db, caller.person, id);
  const channel = await channelById(store.db, row.channel);
  if (channel === undefined) throw new SiteFault("not_found", "There is no such channel");
  try {
    const stream = streamOf(channel);
    const found = await media.assets.get(asset);
    if (found.stream !== stream) throw unknownAsset();
    const cut = found.export == null ? null : await cutOf(parts, stream, found.export);
    const { bytes, duration } = found;
    const file = { asset, bytes, duration: Math.round(duration * 1000), cut };
    return await store.commit(async (tx) => {
      await publishFile(tx, world, { video: id, ...file });
      const { person, address } = caller;
      const act = { person, action: "video.published", about: id, detail: { asset }, address };
      await audit(tx, world, act);
      return (await videoOf(tx, id)) ?? row;
    });
  } catch (error) {
    if (error instanceof OxbowError && error.status === 404) throw unknownAsset();
    throw mediaFault(error);
  }
}

const unknownAsset = (): SiteFault =>
  new SiteFault("not_found", "There is no such file", { reason: "asset_unknown", field: "asset" });

/** The recording plays again, while there is one. */
export async function unpublishFile(
  { store, world }: VideoParts,
  caller: Caller,
  id: string,
): Promise<VideoRow> {
  const row = await requireEdit(store.db, caller.person, id);
  return store.commit(async (tx) => {
    await changeLife(tx, world, row, { what: "file_unpublished" });
    const { person, address } = caller;
    await audit(tx, world, { person, action: "video.unpublished", about: id, address });
    return (await videoOf(tx, id)) ?? row;
  });
}

/** Where a file's timeline lies on the wall clock, as far as its export and the archive tell. */
async function cutOf({ media }: VideoParts, stream: string, id: string): Promise<Cut> {
  const made = await media.exports.get(id);
  const range = { from: Date.parse(made.from), to: Date.parse(made.to) };
  const { gaps } = await media.archive.get(stream, range);
  return { ...range, gaps: placed(range, gaps, made.gaps === "fill") };
}

/** Gaps with their places on the file's timeline, in seconds. Pure. */
export function placed(range: Stretch, gaps: Archive["gaps"], filled: boolean): Cut["gaps"] {
  let left = 0;
  return gaps.flatMap((gap) => {
    const from = Math.max(range.from, Date.parse(gap.from));
    const to = Math.min(range.to, Date.parse(gap.to));
    if (to <= from) return [];
    const at = (from - range.from - left) / 1000;
    if (!filled) left += to - from;
    return [{ from, to, at, filled }];
  });
}
