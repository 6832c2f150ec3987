import type { NewEvent } from "@oxbow/contract";
import type { Asset, AssetView } from "./asset.ts";
import type { AssetFiles } from "./asset-files.ts";
import type { AssetChange, AssetQuery } from "./asset-store.ts";
import type { VodAnswer } from "./vod-answer.ts";

/** The VOD catalogue and its packaging. */
export interface Assets<Tx> extends AsyncDisposable {
  /** Where finished files go. */
  readonly files: AssetFiles;
  /** Removes what a killed process left behind: unfinished files, and files without a row. */
  recover(): Promise<{ removed: number }>;
  /** Saves a finished asset in the caller's transaction; gives the `asset_ready` to save with it. */
  register(tx: Tx, asset: Asset): Promise<readonly NewEvent[]>;
  /** Fault `asset_unknown`. */
  get(id: string): Promise<AssetView>;
  list(query: AssetQuery): Promise<{ items: readonly AssetView[]; next: string | null }>;
  /** Fault `asset_unknown`. Event `asset_updated`. */
  update(id: string, change: AssetChange): Promise<AssetView>;
  /**
   * Removes row and files. Who is reading goes on reading what he has opened. Fault `asset_unknown`.
   * Event `asset_deleted`.
   */
  remove(id: string): Promise<void>;
  /**
   * Answers `/vod/{id}/{path}`: `index.m3u8`, media playlists, init and media segments, `{rendition}.mp4`.
   * Undefined where there is no such thing. Fault `media_unreadable` where the file is broken.
   */
  vodRoute(id: string, path: string): Promise<VodAnswer | undefined>;
}
