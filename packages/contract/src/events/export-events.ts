import { z } from "zod";
import { Gap } from "../entities/gap.ts";
import { time } from "../entities/time.ts";
import { exampleTracks, Track } from "../entities/track.ts";
import { define } from "./definition.ts";

const bytes = z.int().min(0);
const seconds = z.number().min(0);
const exportId = z.string().meta({ description: "The export's id" });
const asset = z.string().meta({ description: "The asset's id" });
const attempt = z.int().min(0);
const percent = z.number().min(0).max(100);
const playback = z
  .object({ hls: z.url(), mp4: z.url() })
  .partial()
  .catchall(z.unknown())
  .meta({ description: "Where the asset can be played" });

const ids = {
  export: "exp_01k9z0e1e2e3e4e5e6e7e8e9e0",
  asset: "ast_01k9z0f1f2f3f4f5f6f7f8f9f0",
};

const Estimate = z
  .object({ bytes: bytes.nullable(), seconds: seconds.nullable() })
  .partial()
  .catchall(z.unknown());

/** What can be offered to people while there is no file. */
const Fallback = z.object({
  kind: z.string().meta({ description: "dvr: play from the archive; instant_mp4: download" }),
  url: z.url(),
});

const File = z.object({
  rendition: z.string(),
  location: z.string(),
  bytes,
  sha256: z.string().nullable(),
  tracks: z.array(Track),
});

const ready = z.object({
  export: exportId,
  asset,
  location: z.string().meta({ description: "Where the file is: file:… or s3://…" }),
  bytes,
  duration: seconds,
  sha256: z.string().nullable(),
  tracks: z.array(Track),
  gaps: z.array(Gap.partial().catchall(z.unknown())).meta({
    description:
      "What was left out, with its place on the file's timeline; where `filled` is true, a picture that stands still, and silence, begin there instead",
  }),
  cut: z.object({ from: time, to: time }).meta({
    description: "Wall clock of the first picture, and of the end of the last",
  }),
  files: z.array(File).optional().meta({
    description: "All of them, the one that the fields above tell of first",
  }),
  playback,
  queuedMs: z.number().min(0),
  runningMs: z.number().min(0),
  attempt,
});

export const exportEvents = [
  define(
    "dvr_mp4_export_start",
    "A worker began with an export; after a failure it begins again, as the next attempt",
    z.object({
      export: exportId,
      attempt,
      range: z.object({ from: time, to: time }),
      estimate: Estimate.optional(),
    }),
    {
      export: ids.export,
      attempt: 1,
      range: { from: "2026-03-01T20:05:00.000Z", to: "2026-03-01T20:15:00.000Z" },
      estimate: { bytes: 197_400_000, seconds: 2 },
    },
  ),
  define(
    "dvr_mp4_export_progress",
    "An export went on; at most once a second and once a percent",
    z.object({
      export: exportId,
      percent,
      bytes,
      secondsLeft: seconds.nullable(),
      attempt: attempt.optional(),
    }),
    { export: ids.export, percent: 42, bytes: 83_000_000, secondsLeft: 1, attempt: 1 },
  ),
  define("dvr_mp4_export_ready", "The file is verified and durable at its destination", ready, {
    ...ids,
    location: "file:assets/ast_01k9z0f1f2f3f4f5f6f7f8f9f0/source.mp4",
    bytes: 197_400_000,
    duration: 594.6,
    sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    tracks: exampleTracks,
    gaps: [
      {
        from: "2026-03-01T20:10:00.000Z",
        to: "2026-03-01T20:10:05.400Z",
        reason: "reconnect",
        at: 300,
      },
    ],
    cut: { from: "2026-03-01T20:05:00.020Z", to: "2026-03-01T20:15:00.020Z" },
    files: [
      {
        rendition: "source",
        location: "file:assets/ast_01k9z0f1f2f3f4f5f6f7f8f9f0/source.mp4",
        bytes: 197_400_000,
        sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        tracks: exampleTracks,
      },
    ],
    playback: {
      hls: "http://media.test:8080/vod/ast_01k9z0f1f2f3f4f5f6f7f8f9f0/index.m3u8",
      mp4: "http://media.test:8080/vod/ast_01k9z0f1f2f3f4f5f6f7f8f9f0/source.mp4",
    },
    queuedMs: 3,
    runningMs: 410,
    attempt: 1,
  }),
  define(
    "dvr_mp4_export_failed",
    "There will be no file",
    z.object({
      export: exportId,
      code: z.string().meta({ description: "An error code" }),
      message: z.string(),
      retryable: z.boolean(),
      detail: z.string().nullable().optional().meta({
        description: "The encoder's last words, where it was one that failed",
      }),
      attempts: z.int().min(0),
      fallbacks: z.array(Fallback),
    }),
    {
      export: ids.export,
      code: "range_changes_codec",
      message: "Cannot export: the size changes at 2026-03-01T20:07:00.000Z",
      retryable: false,
      attempts: 1,
      fallbacks: [
        {
          kind: "dvr",
          url: "http://media.test:8080/dvr/story/index.m3u8?from=1772395500000&to=1772396100000",
        },
      ],
    },
  ),
  define(
    "dvr_mp4_export_aborted",
    "Someone stopped the export",
    z.object({
      export: exportId,
      by: z.string().meta({ description: "Name of the API key" }),
      why: z.string().nullable(),
      percent,
    }),
    { export: ids.export, by: "platform", why: "Wrong range", percent: 42 },
  ),
] as const;
