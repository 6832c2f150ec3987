import type { NewEvent } from "@oxbow/contract";
import type { Asset } from "./asset.ts";

/** What may be changed of an asset. */
export type AssetChange = {
  readonly title?: string | null;
  readonly metadata?: Readonly<Record<string, unknown>>;
};

export type AssetQuery = {
  readonly limit: number;
  /** The `next` of the page before. */
  readonly cursor?: string;
  /** Id of a stream. */
  readonly stream?: string;
};

/** The rows of the catalogue. `Tx` is the database's transaction, opaque here. */
export interface AssetStore<Tx> {
  /** Saves what `work` changes and the events that it returns, together or not at all. */
  commit<T>(work: (tx: Tx) => Promise<{ value: T; events: readonly NewEvent[] }>): Promise<T>;
  insert(tx: Tx, asset: Asset): Promise<void>;
  /** The changed asset, or undefined where there is none. */
  update(tx: Tx, id: string, change: AssetChange): Promise<Asset | undefined>;
  /** The removed asset, or undefined where there was none. */
  remove(tx: Tx, id: string): Promise<Asset | undefined>;
  get(id: string): Promise<Asset | undefined>;
  /** Newest first. */
  list(query: AssetQuery): Promise<{ items: readonly Asset[]; next: string | null }>;
}
