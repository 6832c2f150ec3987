import type { Asset, Stream } from "@oxbow/sdk";
import { type Orphan, SiteFault } from "@oxbow/site-contract";
import type { Store } from "../store/index.ts";
import { channelsOfStreams } from "./channel-names.ts";
import { asked, type OperatorParts } from "./operator-parts.ts";

/** Assets that are looked through at most. */
const MOST = 2_000;
const PAGE = 200;

/** Streams that no channel knows. */
export async function orphanStreams(
  { store }: OperatorParts,
  streams: readonly Stream[],
  bytesOf: ReadonlyMap<string, number>,
): Promise<Orphan[]> {
  const known = await channelsOfStreams(
    store,
    streams.map(({ id }) => id),
  );
  return streams
    .filter(({ id }) => !known.has(id))
    .map(({ id, name, state, createdAt }) => ({
      kind: "stream",
      id,
      name,
      bytes: bytesOf.get(id) ?? 0,
      createdAt,
      busy: state !== "offline",
    }));
}

/** Assets that no video and no wish knows; `isCut`: there were more than were looked through. */
export async function orphanAssets(
  parts: OperatorParts,
): Promise<{ readonly orphans: readonly Orphan[]; readonly isCut: boolean }> {
  const orphans: Orphan[] = [];
  let cursor: string | undefined;
  for (let seen = 0; seen < MOST; seen += PAGE) {
    const query = { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) };
    const { items, next } = await asked(() => parts.client.assets.list(query));
    const known = await knownAssets(
      parts.store,
      items.map(({ id }) => id),
    );
    orphans.push(...items.filter(({ id }) => !known.has(id)).map(orphanAsset));
    if (next === null) return { orphans, isCut: false };
    cursor = next;
  }
  return { orphans, isCut: true };
}

function orphanAsset({ id, title, files, createdAt }: Asset): Orphan {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return { kind: "asset", id, name: title ?? id, bytes, createdAt: createdAt ?? null, busy: false };
}

async function knownAssets({ db }: Store, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const ofVideos = await db
    .selectFrom("videos")
    .select("asset")
    .where("asset", "in", ids)
    .where("deleted_at", "is", null)
    .execute();
  return new Set(ofVideos.flatMap(({ asset }) => asset ?? []));
}

/** Removes a stream or an asset, if it is still nobody's. */
export async function removeOrphan(parts: OperatorParts, id: string): Promise<void> {
  const isStream = id.startsWith("str_");
  const known = isStream
    ? await channelsOfStreams(parts.store, [id])
    : await knownAssets(parts.store, [id]);
  if (known.has(id)) {
    throw new SiteFault("conflict", `"${id}" belongs to something by now`, { reason: "in_use" });
  }
  const { client } = parts;
  await asked(() => (isStream ? client.streams.delete(id) : client.assets.delete(id)));
}
