import { Fault, type NewEvent, newEvent } from "@oxbow/contract";
import type { World } from "../world.ts";
import {
  type Asset,
  type AssetPolicy,
  type AssetView,
  type FinishedAsset,
  readyData,
  type SubtitleView,
  viewAsset,
  viewSubtitle,
} from "./asset.ts";
import { type AssetFiles, openAssetFiles } from "./asset-files.ts";
import type { AssetChange, AssetQuery, AssetStore } from "./asset-store.ts";
import { probeFiles } from "./probe/index.ts";
import { type SubtitleRequest, Subtitles } from "./subtitles/index.ts";
import {
  type UploadRequest,
  type UploadStore,
  Uploads,
  type UploadTicket,
} from "./uploads/index.ts";
import { type TitlePictures, titlePictures, VodRoutes } from "./vod/index.ts";
import type { VodAnswer } from "./vod-answer.ts";

export type AssetsOptions<Tx> = {
  /** Folder of the files. */
  readonly root: string;
  readonly store: AssetStore<Tx>;
  readonly uploads: UploadStore<Tx>;
  /** The largest file that may be uploaded. */
  readonly uploadMaxBytes: number;
  /** Who may watch what is made of a stream. */
  readonly policyOf: (stream: string) => AssetPolicy;
  /** Base of the URLs that are handed out, without a slash at its end. */
  readonly urls: { readonly base: string };
  readonly world: World;
};

/** The VOD catalogue and its packaging. */
export class Assets<Tx> implements AsyncDisposable {
  /** Where finished files go. */
  readonly files: AssetFiles;
  /** Where users' own files come in. */
  readonly uploads: Uploads<Tx>;
  readonly #subtitles: Subtitles<Tx>;
  readonly #options: AssetsOptions<Tx>;
  readonly #vod: VodRoutes;
  /** Saved in transactions that may not have ended yet: their notes are still to go. */
  readonly #registered = new Set<string>();

  constructor(options: AssetsOptions<Tx>) {
    this.#options = options;
    this.files = openAssetFiles(options.root);
    const { store, uploads, urls, world } = options;
    const ports = { files: this.files, store, world };
    this.#subtitles = new Subtitles(ports);
    this.uploads = new Uploads({
      ...ports,
      subtitles: this.#subtitles,
      rows: uploads,
      urls,
      maxBytes: options.uploadMaxBytes,
      probe: (files) => probeFiles(files),
    });
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
    await this.uploads.start();
    return { removed };
  }

  /** Takes away the notes of assets that are saved by now; to be called now and then. */
  async settle(): Promise<void> {
    for (const id of [...this.#registered]) {
      this.#registered.delete(id);
      if ((await this.#options.store.get(id)) !== undefined) await this.files.settle(id);
    }
  }

  /**
   * Writes texts of an asset that is being made, for `register` to list; they go with its files where it
   * comes to nothing. Fault as `Subtitles.write`.
   */
  writeSubtitles(id: string, requests: readonly SubtitleRequest[]): Promise<Asset["subtitles"]> {
    return this.#subtitles.write(id, requests);
  }

  /** Saves a finished asset in the caller's transaction; gives the `asset_ready` to save with it. */
  async register(tx: Tx, finished: FinishedAsset): Promise<readonly NewEvent[]> {
    const { store, policyOf, urls } = this.#options;
    const policy = finished.stream === null ? "public" : policyOf(finished.stream.id);
    const { subtitles = [] } = finished;
    const asset: Asset = { ...finished, state: "ready", error: null, policy, subtitles };
    await store.insert(tx, asset);
    this.#registered.add(asset.id);
    return [newEvent("asset_ready", readyData(asset, urls.base), about(asset))];
  }

  /** An asset whose files are still to be sent. Fault as `Uploads.create`. */
  async create(
    request: UploadRequest,
  ): Promise<AssetView & { readonly uploads: readonly UploadTicket[] }> {
    const { asset, tickets } = await this.uploads.create(request);
    return { ...this.#view(asset), uploads: tickets };
  }

  /** Who may watch; undefined where there is no such asset. */
  async policy(id: string): Promise<AssetPolicy | undefined> {
    return (await this.#options.store.get(id))?.policy;
  }

  /** Fault as `Subtitles.add`. */
  async addSubtitle(id: string, request: SubtitleRequest): Promise<SubtitleView> {
    const added = await this.#subtitles.add(id, request);
    this.#vod.forget(id);
    return viewSubtitle(id, added, this.#options.urls.base);
  }

  /** Fault as `Subtitles.replace`. */
  async replaceSubtitle(
    id: string,
    subtitle: string,
    request: SubtitleRequest,
  ): Promise<SubtitleView> {
    const replaced = await this.#subtitles.replace(id, subtitle, request);
    this.#vod.forget(id);
    return viewSubtitle(id, replaced, this.#options.urls.base);
  }

  /** Fault `asset_unknown`, `subtitle_unknown`. */
  async removeSubtitle(id: string, subtitle: string): Promise<void> {
    await this.#subtitles.remove(id, subtitle);
    this.#vod.forget(id);
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

  /** What all that can be played takes. */
  storage(): Promise<{ readonly count: number; readonly bytes: number }> {
    return this.#options.store.storage();
  }

  /** Fault `asset_unknown`. Event `asset_updated`. */
  async update(id: string, change: AssetChange): Promise<AssetView> {
    const { store } = this.#options;
    const asset = await store.commit(async (tx) => {
      const value = await store.update(tx, id, change);
      if (value === undefined) throw unknown(id);
      const { subtitles: _, policy, ...plain } = change;
      const playback = policy === undefined ? {} : { playback: { policy } };
      const told = { asset: id, changed: { ...plain, ...playback } };
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
    await this.uploads.discard(id);
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
   * Answers `/vod/{id}/{path}`: `index.m3u8`, media playlists, init and media segments, `{rendition}.mp4`;
   * with `?subtitles=1`, the latter has the asset's subtitles in it.
   * Undefined where there is no such thing. Fault `media_unreadable` where the file is broken or gone,
   * `asset_not_ready`.
   */
  vodRoute(id: string, path: string, query?: URLSearchParams): Promise<VodAnswer | undefined> {
    return this.#vod.answer(id, path, query?.get("subtitles") === "1");
  }

  /**
   * The pictures of an asset that decode alone; `vodRoute` gives their bytes. Undefined where there are
   * none. Fault `media_unreadable`.
   */
  async pictures(id: string): Promise<TitlePictures | undefined> {
    const title = await this.#vod.title(id);
    return title && titlePictures(title);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.uploads[Symbol.asyncDispose]();
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
