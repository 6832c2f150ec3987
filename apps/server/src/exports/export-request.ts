import type { Millis } from "@oxbow/media";

/** What `POST /exports` asks for: a stream and a range, or a whole broadcast. */
export type ExportRequest = {
  /** Id or name. */
  readonly stream?: string | undefined;
  readonly from?: Millis | undefined;
  readonly to?: Millis | undefined;
  readonly broadcast?: string | undefined;
  readonly mode?: "copy" | "transcode" | undefined;
  readonly cut?: "keyframe" | "exact" | undefined;
  readonly gaps?: "skip" | "fail" | "fill" | undefined;
  readonly packing?: "auto" | "clean" | undefined;
  readonly checksum?: "sha256" | "none" | undefined;
  readonly title?: string | null | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  readonly renditions?: readonly unknown[] | undefined;
  readonly tracks?: readonly unknown[] | undefined;
  readonly subtitles?: unknown;
  readonly destination?: unknown;
};
