import type { NewEvent } from "@oxbow/contract";
import type { Millis } from "@oxbow/media";
import type {
  Asset,
  AssetError,
  AssetFile,
  AssetPolicy,
  AssetState,
  AssetSubtitle,
} from "./asset.ts";

/** What may be changed of an asset. */
export type AssetChange = {
  readonly title?: string | null;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly policy?: AssetPolicy;
  readonly subtitles?: readonly AssetSubtitle[];
};

/** What an uploaded asset comes to. */
export type AssetOutcome =
  | {
      readonly state: "ready";
      readonly files: readonly AssetFile[];
      readonly durationMs: Millis;
      readonly bytes: number;
    }
  | { readonly state: "failed"; readonly error: AssetError }
  | { readonly state: "probing" };

export type AssetQuery = {
  readonly limit: number;
  /** The `next` of the page before. */
  readonly cursor?: string;
  /** Id of a stream. */
  readonly stream?: string;
  readonly state?: AssetState;
};

/** The rows of the catalogue. `Tx` is the database's transaction, opaque here. */
export interface AssetStore<Tx> {
  /** Saves what `work` changes and the events that it returns, together or not at all. */
  commit<T>(work: (tx: Tx) => Promise<{ value: T; events: readonly NewEvent[] }>): Promise<T>;
  insert(tx: Tx, asset: Asset): Promise<void>;
  /** The changed asset, or undefined where there is none. */
  update(tx: Tx, id: string, change: AssetChange): Promise<Asset | undefined>;
  /** The asset with what became of it, or undefined where there is none. */
  settle(tx: Tx, id: string, outcome: AssetOutcome): Promise<Asset | undefined>;
  /** The removed asset, or undefined where there was none. */
  remove(tx: Tx, id: string): Promise<Asset | undefined>;
  get(id: string): Promise<Asset | undefined>;
  /** Newest first. */
  list(query: AssetQuery): Promise<{ items: readonly Asset[]; next: string | null }>;
  /** Of all that can be played. */
  storage(): Promise<{ readonly count: number; readonly bytes: number }>;
}
