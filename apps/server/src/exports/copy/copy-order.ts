import type { ErrorCode } from "@oxbow/contract";
import type { CopyPieces } from "../plan/movie-plan.ts";

/** What both threads of a copy are given. */
export type CopyOrder = {
  /** All that stands before the media. */
  readonly header: Uint8Array;
  readonly pieces: CopyPieces;
  /** Of the whole file. */
  readonly bytes: number;
  /** The temporary name. */
  readonly path: string;
  readonly control: SharedArrayBuffer;
  /** Slots for media on its way (`copy-control.mjs`), and room to begin them at a page; absent: go without. */
  readonly ring: SharedArrayBuffer | undefined;
  /** Refuse `copy_file_range`, as some file systems do. */
  readonly plain: boolean;
  readonly checksum: "sha256" | "none";
};

/** What a thread answers, once an order. Undefined as value: it was told to stop, and did. */
export type ThreadAnswer<Value> =
  | { readonly ok: true; readonly value: Value | undefined }
  | { readonly ok: false; readonly code: ErrorCode; readonly message: string };

/** `direct`: past the page cache. */
export type Copied = { readonly how: "kernel" | "plain" | "direct" };

export type Read = { readonly sha256: string | null };
