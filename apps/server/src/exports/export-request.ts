import type { Millis } from "@oxbow/media";

/** A quality by its figures. */
export type WishedFigures = {
  readonly name?: string | undefined;
  readonly height: number;
  readonly fps?: number | undefined;
  /** Bits a second. */
  readonly bitrate?: number | undefined;
  readonly codec?: "h264" | undefined;
};

/** A text for the pictures of an export. */
export type ExportText = {
  /** BCP 47. */
  readonly language: string;
  readonly label?: string | undefined;
  readonly default?: boolean | undefined;
  /** WebVTT or SubRip: the text itself tells which. */
  readonly text: string;
  readonly format?: "vtt" | "srt" | undefined;
  /** What its time 0 is: the export's first picture, or the broadcast's. */
  readonly timing?: "export" | "broadcast" | undefined;
  /** Drawn into the pictures. */
  readonly burn?: boolean | undefined;
};

export const corners = ["top-left", "top-right", "bottom-left", "bottom-right", "center"] as const;

/** Where on the picture a watermark stands. */
export type Corner = (typeof corners)[number];

export type ExportWatermark = {
  /** PNG or JPEG in base64. */
  readonly image: string;
  readonly position?: Corner | undefined;
  /** 0 to 1. */
  readonly opacity?: number | undefined;
  /** A share of the picture's width. */
  readonly width?: number | undefined;
};

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
  /** A file each; `source` where nothing is said. */
  readonly renditions?: readonly (string | WishedFigures)[] | undefined;
  readonly tracks?: readonly ("video" | "audio")[] | undefined;
  readonly subtitles?: readonly ExportText[] | undefined;
  /** LUFS; true: −16. */
  readonly loudness?: true | number | undefined;
  readonly watermark?: ExportWatermark | undefined;
  readonly destination?: unknown;
};
