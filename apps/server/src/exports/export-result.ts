import type { Millis } from "@oxbow/media";
import { z } from "zod";
import type { Asset, AssetTrack } from "../assets/index.ts";
import type { PlannedGap } from "./plan/index.ts";

type AssetSubtitle = Asset["subtitles"][number];

/** One finished file of an export. */
export type ExportedFile = {
  readonly rendition: string;
  /** Under the assets' root. */
  readonly path: string;
  readonly location: string;
  readonly bytes: number;
  readonly sha256: string | null;
  readonly tracks: readonly AssetTrack[];
};

/** What a finished export's job keeps: the files made, and how they were cut. */
export type ExportResult = {
  /** At least one. */
  readonly files: readonly ExportedFile[];
  /** Of the longest. */
  readonly durationMs: Millis;
  readonly gaps: readonly PlannedGap[];
  readonly cut: { readonly from: Millis; readonly to: Millis };
  readonly subtitles: readonly AssetSubtitle[];
  readonly queuedMs: number;
  readonly runningMs: number;
};

const time = z.custom<Millis>((value) => Number.isSafeInteger(value));
const tracks = z.array(
  z.custom<AssetTrack>((value) => typeof value === "object" && value !== null),
);

const file = z.object({
  path: z.string(),
  location: z.string(),
  bytes: z.int(),
  sha256: z.string().nullable(),
  tracks,
});

const how = z.object({
  durationMs: time,
  gaps: z.array(
    z.custom<PlannedGap>(
      (value) =>
        z.object({ from: time, to: time, reason: z.string(), at: time }).safeParse(value).success,
    ),
  ),
  cut: z.object({ from: time, to: time }),
  queuedMs: z.number(),
  runningMs: z.number(),
});

const schema = z.union([
  how.extend({
    files: z.array(file.extend({ rendition: z.string() })).min(1),
    subtitles: z.array(
      z.custom<AssetSubtitle>((value) => typeof value === "object" && value !== null),
    ),
  }),
  // Of a version that made one file of an export.
  how.extend(file.shape).transform(({ path, location, bytes, sha256, tracks: held, ...rest }) => ({
    ...rest,
    files: [{ rendition: "source", path, location, bytes, sha256, tracks: held }],
    subtitles: [],
  })),
]);

/** Reads a job's result. Throws on one that no version can have written. */
export function readResult(result: unknown): ExportResult {
  return schema.parse(result);
}

/** Bytes of all files. */
export function bytesOf({ files }: Pick<ExportResult, "files">): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}
