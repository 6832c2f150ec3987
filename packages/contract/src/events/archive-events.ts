import { z } from "zod";
import { Gap } from "../entities/gap.ts";
import { time } from "../entities/time.ts";
import { define } from "./definition.ts";

const bytes = z.int().min(0);

export const archiveEvents = [
  define(
    "transcoder_degraded",
    "The transcoder is slower than the stream, crashed, or dropped a quality",
    z.object({ rendition: z.string(), reason: z.string() }),
    { rendition: "720p", reason: "slow" },
  ),
  define(
    "transcoder_recovered",
    "The transcoder keeps up again",
    z.object({ rendition: z.string(), reason: z.string().optional() }),
    { rendition: "720p" },
  ),
  define("archive_gap", "Media that should be in the archive is not", Gap, {
    from: "2026-03-01T20:20:00.000Z",
    to: "2026-03-01T20:20:08.000Z",
    reason: "disk_full",
  }),
  define(
    "archive_evicted",
    "Media was removed from the archive",
    z.object({
      from: time,
      to: time,
      bytes,
      rule: z.string().meta({ description: "days, bytes, disk, request" }),
    }),
    {
      from: "2026-02-22T20:00:00.000Z",
      to: "2026-02-22T21:00:00.000Z",
      bytes: 1_190_000_000,
      rule: "days",
    },
    "stream",
  ),
  define(
    "archive_pressure",
    "Free space on the archive's disk passed a limit",
    z.object({
      rung: z.string().meta({ description: "ok, warn, no_exports, no_recordings" }),
      freeBytes: bytes,
      totalBytes: bytes.optional(),
      fullAt: time.nullable().optional().meta({
        description: "When the disk is full if things go on as they do",
      }),
    }),
    {
      rung: "warn",
      freeBytes: 140_000_000_000,
      totalBytes: 1_000_000_000_000,
      fullAt: "2026-03-04T08:00:00.000Z",
    },
    "server",
  ),
] as const;
