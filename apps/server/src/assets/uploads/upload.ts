import type { Millis } from "@oxbow/media";

/** One file of an asset, on its way or whole. Whoever knows its token may send it. */
export type Upload = {
  readonly id: string;
  readonly asset: string;
  readonly rendition: string;
  /** As its owner calls it; for people. */
  readonly name: string;
  /** Exact size of the whole. */
  readonly bytes: number;
  /** Hex, of the whole; null until it is there. */
  readonly sha256: string | null;
  readonly expiresAt: Millis;
  readonly createdAt: Millis;
};

/** The rows of uploads. Part of the asset's own transactions. */
export interface UploadStore<Tx> {
  insert(tx: Tx, upload: Upload, tokenHash: string): Promise<void>;
  byToken(tokenHash: string): Promise<Upload | undefined>;
  ofAsset(asset: string): Promise<readonly Upload[]>;
  finish(tx: Tx, id: string, sha256: string): Promise<void>;
  /** Forgets all uploads of an asset. */
  removeOf(tx: Tx, asset: string): Promise<void>;
  /** Those that are not whole, the first to expire first. */
  unfinished(limit: number): Promise<readonly Upload[]>;
  /** Bytes that unfinished uploads were told to have, and how many there are. */
  pending(): Promise<{ readonly count: number; readonly bytes: number }>;
}
