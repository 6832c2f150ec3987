import type { Millis } from "@oxbow/media";

/** A picture that decodes alone, at its place on the timeline of what it belongs to. */
export type Picture = {
  /** Wall clock for streams, time since the beginning for assets. */
  readonly at: Millis;
  /** How its source finds it again. */
  readonly name: string;
};

/** The bytes of a picture: an initialization section, and one fragment with that picture alone. */
export type PictureBytes = {
  readonly init: Uint8Array;
  readonly fragment: readonly Uint8Array[];
};

/** What thumbnails are made of: the recording of a stream, or an asset. */
export interface PictureSource {
  /** Unique for ever. */
  readonly id: string;
  /** Pictures of `[from, to)`, ascending. None is no fault. */
  list(from: Millis, to: Millis): Promise<readonly Picture[]>;
  /** Undefined where it is gone. */
  read(picture: Picture): Promise<PictureBytes | undefined>;
  /** Size as shown, of the first picture in `[from, to)`. */
  size(from: Millis, to: Millis): Promise<Size | undefined>;
  /** Nothing is added before this time any more. */
  settled(): Millis;
}

/** Pixels. */
export type Size = { readonly width: number; readonly height: number };
