import { z } from "zod";
import { Gap } from "../entities/gap.ts";
import { time } from "../entities/time.ts";
import { define } from "./definition.ts";

const bytes = z.int().min(0);

export const archiveEvents = [
  define(
    "transcoder_degraded",
    "A quality is not made, or not as it was; the source plays and is recorded on",
    z.object({
      rendition: z.string(),
      reason: z.enum(["slow", "crashed", "hung", "memory", "encoder", "start"]).meta({
        description:
          "slow: it could not keep up; hung: it gave nothing for too long; memory: it took too much; encoder: another encoder took over; start: it does not start",
      }),
      message: z
        .string()
        .optional()
        .meta({ description: "The encoder's words, where it said any" }),
    }),
    { rendition: "720p", reason: "slow", message: "It encodes 24 of 30 pictures a second" },
  ),
  define(
    "transcoder_recovered",
    "A quality is there again",
    z.object({
      rendition: z.string(),
      seconds: z.number().min(0).optional().meta({ description: "How long it was missing" }),
    }),
    { rendition: "720p", seconds: 42 },
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
      rung: z.string().meta({ description: "ok, warn, no_exports, no_renditions, no_recordings" }),
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
