import { Fault, type NewEvent, newEvent } from "@oxbow/contract";
import type { World } from "../world.ts";
import { type Asset, type AssetView, assetPlayback, viewAsset } from "./asset.ts";
import { type AssetFiles, openAssetFiles } from "./asset-files.ts";
import type { AssetChange, AssetQuery, AssetStore } from "./asset-store.ts";
import { VodRoutes } from "./vod/index.ts";
import type { VodAnswer } from "./vod-answer.ts";

export type AssetsOptions<Tx> = {
  /** Folder of the files. */
  readonly root: string;
  readonly store: AssetStore<Tx>;
  /** Base of the URLs that are handed out, without a slash at its end. */
  readonly urls: { readonly base: string };
  readonly world: World;
};

/** The VOD catalogue and its packaging. */
export class Assets<Tx> implements AsyncDisposable {
  /** Where finished files go. */
  readonly files: AssetFiles;
  readonly #options: AssetsOptions<Tx>;
  readonly #vod: VodRoutes;
  /** Saved in transactions that may not have ended yet: their notes are still to go. */
  readonly #registered = new Set<string>();

  constructor(options: AssetsOptions<Tx>) {
    this.#options = options;
    this.files = openAssetFiles(options.root);
    this.#vod = new VodRoutes({
      find: (id) => options.store.get(id),
      resolve: (path) => this.files.resolve(path),
    });
  }

  /**
   * Removes what a killed process left behind: unfinished files, and files whose asset was never saved
   * or is gone. To be called before any job starts. Takes time in proportion to what was left.
   */
  async recover(): Promise<{ readonly removed: readonly string[] }> {
    const removed: string[] = [];
    for (const id of await this.files.unsettled()) {
      if ((await this.#options.store.get(id)) !== undefined) {
        await this.files.settle(id);
        continue;
      }
      await this.files.discard(id);
      removed.push(id);
    }
    return { removed };
  }

  /** Takes away the notes of assets that are saved by now; to be called now and then. */
  async settle(): Promise<void> {
    for (const id of [...this.#registered]) {
      this.#registered.delete(id);
      if ((await this.#options.store.get(id)) !== undefined) await this.files.settle(id);
    }
  }

  /** Saves a finished asset in the caller's transaction; gives the `asset_ready` to save with it. */
  async register(tx: Tx, asset: Asset): Promise<readonly NewEvent[]> {
    await this.#options.store.insert(tx, asset);
    this.#registered.add(asset.id);
    const data = {
      asset: asset.id,
      title: asset.title,
      duration: asset.durationMs / 1000,
      bytes: asset.bytes,
      export: asset.export,
      playback: assetPlayback(this.#options.urls.base, asset.id),
    };
    return [newEvent("asset_ready", data, about(asset))];
  }

  /** Fault `asset_unknown`. */
  async get(id: string): Promise<AssetView> {
    const asset = await this.#options.store.get(id);
    if (asset === undefined) throw unknown(id);
    return this.#view(asset);
  }

  /** Newest first. Fault `invalid_request` for a cursor that is none. */
  async list(
    query: AssetQuery,
  ): Promise<{ readonly items: readonly AssetView[]; readonly next: string | null }> {
    const { items, next } = await this.#options.store.list(query);
    return { items: items.map((asset) => this.#view(asset)), next };
  }

  /** Fault `asset_unknown`. Event `asset_updated`. */
  async update(id: string, change: AssetChange): Promise<AssetView> {
    const { store } = this.#options;
    const asset = await store.commit(async (tx) => {
      const value = await store.update(tx, id, change);
      if (value === undefined) throw unknown(id);
      const told = { asset: id, changed: { ...change } };
      return { value, events: [newEvent("asset_updated", told, about(value))] };
    });
    return this.#view(asset);
  }

  /**
   * Removes row and files. Who is reading goes on reading what he has opened. Fault `asset_unknown`.
   * Event `asset_deleted`.
   */
  async remove(id: string): Promise<void> {
    const { store } = this.#options;
    if ((await store.get(id)) === undefined) throw unknown(id);
    // The note comes first: whatever stops us after the row is gone, the files are found at the next start.
    await this.files.mark(id);
    await store.commit(async (tx) => {
      const removed = await store.remove(tx, id);
      if (removed === undefined) throw unknown(id);
      const event = newEvent("asset_deleted", { asset: id }, about(removed));
      return { value: undefined, events: [event] };
    });
    this.#vod.forget(id);
    await this.files.discard(id);
  }

  /**
   * Answers `/vod/{id}/{path}`: `index.m3u8`, media playlists, init and media segments, `{rendition}.mp4`.
   * Undefined where there is no such thing. Fault `media_unreadable` where the file is broken or gone.
   */
  vodRoute(id: string, path: string): Promise<VodAnswer | undefined> {
    return this.#vod.answer(id, path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.settle();
  }

  #view(asset: Asset): AssetView {
    return viewAsset(asset, this.#options.urls.base);
  }
}

function about({ stream, broadcast }: Asset): Pick<NewEvent, "stream" | "broadcast"> {
  return {
    ...(stream === null ? {} : { stream }),
    ...(broadcast === null ? {} : { broadcast }),
  };
}

function unknown(id: string): Fault {
  return new Fault("asset_unknown", `There is no asset "${id}"`);
}
