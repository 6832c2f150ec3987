import { z } from "zod";
import { boundedList } from "./bounded-list.ts";
import {
  ExportSubtitle,
  exportModes,
  exportRenditions,
  loudness,
  ToldSubtitle,
  Watermark,
} from "./export-options.ts";
import { streamRef } from "./stream.ts";
import { instant, time } from "./time.ts";

export const exportStates = ["queued", "waiting", "running", "ready", "failed", "aborted"] as const;

const mode = z.enum(exportModes);
const cut = z.enum(["keyframe", "exact"]);
const gaps = z.enum(["skip", "fail", "fill"]);
const packing = z.enum(["auto", "clean"]);
const checksum = z.enum(["sha256", "none"]);
const title = z.string().max(300).nullable();

/** The user's own words about an asset: small, and told back as they are. */
export const metadata = z
  .record(
    z.string().min(1).max(100),
    z.union([z.string().max(2000), z.number(), z.boolean(), z.null()], {
      error: "give text, a number, true, false or null",
    }),
  )
  .refine((values) => Object.keys(values).length <= 50, { error: "give at most 50 entries" })
  .meta({ description: "Your own values; told back as they are" });

/** Metadata as it is told back. */
export const toldMetadata = z
  .record(z.string(), z.unknown())
  .meta({ description: "Your own values" });

const options = {
  mode: mode.default("copy").meta({
    description: "copy: the archive's own pictures and sound, in seconds; transcode: encoded anew",
  }),
  cut: cut.default("keyframe").meta({
    description:
      "keyframe: the lead-in from the keyframe before is hidden by an edit list; exact: nothing is in the file but the range, for which a copy encodes its first and last pictures anew",
  }),
  gaps: gaps.default("skip").meta({
    description:
      "skip: joined and listed; fail: no file; fill: the last picture and silence, so that times keep",
  }),
  packing: packing.default("auto").meta({
    description: "auto: the quickest file; clean: nothing in it but samples",
  }),
  checksum: checksum.default("sha256"),
  title: title.default(null),
  metadata: metadata.default({}),
  renditions: exportRenditions.optional(),
  tracks: boundedList(z.enum(["video", "audio"]), 2)
    .optional()
    .meta({ description: 'Both unless told; ["audio"]: sound alone' }),
  subtitles: boundedList(ExportSubtitle, 20).optional(),
  loudness: loudness.optional(),
  watermark: Watermark.optional(),
  destination: z.string().min(1).max(1000).optional(),
};

const RangeExport = z.strictObject({
  stream: streamRef,
  from: instant,
  to: instant,
  ...options,
});

const BroadcastExport = z.strictObject({ broadcast: z.string().min(1).max(80), ...options });

/** Body of `POST /exports`: a stream with a range, or a whole broadcast. */
export const ExportCreate = z.union([RangeExport, BroadcastExport], {
  error: "give a broadcast, or a stream with from and to",
});

export type ExportCreate = z.infer<typeof ExportCreate>;

export const ExportError = z
  .object({
    code: z.string(),
    message: z.string(),
    retryable: z.boolean(),
    detail: z.string().nullable().optional().meta({
      description: "The encoder's last words, where it was one that failed",
    }),
  })
  .meta({ description: "Why there is no file" });

/** The durable job that turns a range into an MP4. */
export const Export = z
  .object({
    id: z.string().startsWith("exp_"),
    stream: z.string().startsWith("str_"),
    broadcast: z.string().nullable().meta({
      description: "null where the range holds more than one broadcast",
    }),
    from: time,
    to: time,
    state: z.enum(exportStates),
    attempt: z.int().min(0),
    percent: z.number().min(0).max(100),
    bytes: z.int().min(0),
    secondsLeft: z.number().min(0).nullable(),
    asset: z.string().nullable().meta({ description: "The asset's id, once ready" }),
    error: ExportError.nullable(),
    mode: mode.optional(),
    cut: cut.optional(),
    gaps: gaps.optional(),
    packing: packing.optional(),
    checksum: checksum.optional(),
    title: title.optional(),
    metadata: toldMetadata.optional(),
    renditions: z.array(z.string()).optional().meta({ description: "Names of the files" }),
    tracks: z.array(z.enum(["video", "audio"])).optional(),
    subtitles: z.array(ToldSubtitle).optional().meta({ description: "Without their texts" }),
    loudness: z.number().nullable().optional().meta({ description: "LUFS; null: as it is" }),
    watermark: z.boolean().optional(),
    retryOf: z.string().nullable().optional().meta({
      description: "The export that this one tries again",
    }),
    createdAt: time,
    updatedAt: time.optional(),
  })
  .meta({ description: "The durable job that turns a range of the archive into an MP4" });

export type Export = z.infer<typeof Export>;

export const ExportAbort = z.strictObject({ reason: z.string().max(300).optional() }).default({});

export const exampleExport = {
  id: "exp_01k9z0e1e2e3e4e5e6e7e8e9e0",
  stream: "str_01k9z0a2s4q7v8w1x3y5z6a7b8",
  broadcast: "brd_01k9z0b3c5d7e9f1g3h5j7k9m1",
  from: "2026-03-01T20:05:00.000Z",
  to: "2026-03-01T20:15:00.000Z",
  state: "running",
  attempt: 1,
  percent: 42,
  bytes: 83_000_000,
  secondsLeft: 1,
  asset: null,
  error: null,
  mode: "copy",
  cut: "keyframe",
  gaps: "skip",
  packing: "auto",
  checksum: "sha256",
  title: "The dragon's tale",
  metadata: { episode: 12 },
  renditions: ["source"],
  retryOf: null,
  createdAt: "2026-03-01T22:00:00.000Z",
  updatedAt: "2026-03-01T22:00:01.000Z",
} satisfies Export;
