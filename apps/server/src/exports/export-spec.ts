import type { Millis } from "@oxbow/media";
import { z } from "zod";
import { corners } from "./export-request.ts";
import type { StreamName } from "./ports.ts";

const time = z.custom<Millis>((value) => Number.isSafeInteger(value));

/** What is asked of one file of an export. Null: as the source has it, or as the server sees fit. */
const wish = z.object({
  /** Of the file and its playlist. */
  name: z.string(),
  height: z.number().nullable(),
  fps: z.number().nullable(),
  bitrate: z.number().nullable(),
});

export type RenditionWish = Readonly<z.infer<typeof wish>>;

/** A text of an export; its words stand in a file with the job (`export-inputs.ts`). */
const text = z.object({
  language: z.string(),
  label: z.string().nullable(),
  default: z.boolean(),
  burn: z.boolean(),
  timing: z.enum(["export", "broadcast"]),
  file: z.string(),
});

export type TextSpec = Readonly<z.infer<typeof text>>;

const watermark = z.object({
  position: z.enum(corners),
  opacity: z.number(),
  width: z.number(),
  file: z.string(),
});

export type WatermarkSpec = Readonly<z.infer<typeof watermark>>;

const SOURCE: RenditionWish = { name: "source", height: null, fps: null, bitrate: null };

/** What was not asked of an export when its job was written by an earlier version, it does not have. */
const schema = z.object({
  stream: z.custom<StreamName>(
    (value) => z.object({ id: z.string(), name: z.string() }).safeParse(value).success,
  ),
  broadcast: z.string().nullable(),
  from: time,
  /** Null: to the end of the broadcast, which is still open. */
  to: time.nullable(),
  /** Where broadcasts overlap (media faster than the clock), this one is meant. */
  only: z.string().nullable(),
  mode: z.enum(["copy", "transcode"]).default("copy"),
  cut: z.enum(["keyframe", "exact"]).default("keyframe"),
  gaps: z.enum(["skip", "fail", "fill"]),
  packing: z.enum(["auto", "clean"]),
  checksum: z.enum(["sha256", "none"]),
  title: z.string().nullable(),
  metadata: z.record(z.string(), z.unknown()),
  renditions: z.array(wish).min(1).default([SOURCE]),
  tracks: z.array(z.enum(["video", "audio"])).default(["video", "audio"]),
  subtitles: z.array(text).default([]),
  /** LUFS; null: as it is. */
  loudness: z.number().nullable().default(null),
  watermark: watermark.nullable().default(null),
  /** About how large it gets; null where that was not known when it was asked for. */
  estimatedBytes: z.number().nullable(),
});

/** What an export's job keeps: the request, checked and complete. */
export type ExportSpec = Readonly<z.infer<typeof schema>>;

/** The asset that an export becomes: every attempt of it writes to the same place, and no other does. */
export function assetOf(job: { readonly id: string }): string {
  return `ast_${job.id.replace(/^exp_/, "")}`;
}

/** Reads a job's spec. Throws on one that no version can have written. */
export function readSpec(spec: unknown): ExportSpec {
  return schema.parse(spec);
}
