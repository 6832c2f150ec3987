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
  const known = await knownStreams(store, streams);
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
    const known = await knownAssets(parts.store, items);
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

/** Those of channels, also while they are being made. */
async function knownStreams(
  store: Store,
  streams: readonly Pick<Stream, "id" | "name">[],
): Promise<ReadonlySet<string>> {
  const ids = streams.map(({ id }) => id);
  const made = await channelsOfStreams(store, ids);
  const waiting = await store.db
    .selectFrom("channels")
    .select("stream_name")
    .where("stream", "is", null)
    .execute();
  const names = new Set(waiting.map((row) => row.stream_name));
  return new Set(
    streams.filter(({ id, name }) => made.has(id) || names.has(name)).map(({ id }) => id),
  );
}

/** Those of videos, and those of wishes: a file that nobody published is still somebody's download. */
async function knownAssets(
  { db }: Store,
  assets: readonly Pick<Asset, "id" | "export">[],
): Promise<ReadonlySet<string>> {
  if (assets.length === 0) return new Set();
  const ofVideos = await db
    .selectFrom("videos")
    .select("asset")
    .where(
      "asset",
      "in",
      assets.map(({ id }) => id),
    )
    .where("deleted_at", "is", null)
    .execute();
  const exports = assets.flatMap((asset) => asset.export ?? []);
  const ofWishes =
    exports.length === 0
      ? []
      : await db
          .selectFrom("export_wishes")
          .select("export")
          .where("export", "in", exports)
          .execute();
  const known = new Set<string | null>();
  for (const { asset } of ofVideos) known.add(asset);
  for (const wish of ofWishes) known.add(wish.export);
  return new Set(
    assets.flatMap(({ id, export: made = null }) =>
      known.has(id) || (made !== null && known.has(made)) ? [id] : [],
    ),
  );
}

/** Removes a stream or an asset, if it is still nobody's. */
export async function removeOrphan({ client, store }: OperatorParts, id: string): Promise<void> {
  const isStream = id.startsWith("str_");
  const known = isStream
    ? await knownStreams(store, [await asked(() => client.streams.get(id))])
    : await knownAssets(store, [await asked(() => client.assets.get(id))]);
  if (known.has(id)) {
    throw new SiteFault("conflict", `"${id}" belongs to something by now`, { reason: "in_use" });
  }
  await asked(() => (isStream ? client.streams.delete(id) : client.assets.delete(id)));
}
