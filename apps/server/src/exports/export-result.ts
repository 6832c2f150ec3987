import type { Millis } from "@oxbow/media";
import { z } from "zod";
import type { AssetTrack } from "../assets/index.ts";
import type { PlannedGap } from "./plan/index.ts";

/** What a finished export's job keeps: the file made, and how it was cut. */
export type ExportResult = {
  /** Under the assets' root. */
  readonly path: string;
  readonly location: string;
  readonly bytes: number;
  readonly durationMs: Millis;
  readonly sha256: string | null;
  readonly tracks: readonly AssetTrack[];
  readonly gaps: readonly PlannedGap[];
  readonly cut: { readonly from: Millis; readonly to: Millis };
  readonly queuedMs: number;
  readonly runningMs: number;
};

const time = z.custom<Millis>((value) => Number.isSafeInteger(value));

const schema = z.object({
  path: z.string(),
  location: z.string(),
  bytes: z.int(),
  durationMs: time,
  sha256: z.string().nullable(),
  tracks: z.array(z.custom<AssetTrack>((value) => typeof value === "object" && value !== null)),
  gaps: z.array(z.object({ from: time, to: time, reason: z.string(), at: time })),
  cut: z.object({ from: time, to: time }),
  queuedMs: z.number(),
  runningMs: z.number(),
});

/** Reads a job's result. Throws on one that this version can't have written. */
export function readResult(result: unknown): ExportResult {
  return schema.parse(result);
}
