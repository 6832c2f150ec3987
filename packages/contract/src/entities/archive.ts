import { z } from "zod";
import { Gap } from "./gap.ts";
import { instant, time } from "./time.ts";
import { exampleTracks, Track } from "./track.ts";

const bytes = z.int().min(0);

/** What of a stream is on disk. Ranges of one broadcast are separated by its gaps. */
export const Archive = z
  .object({
    oldest: time.nullable().meta({ description: "null where the archive is empty" }),
    newest: time.nullable(),
    bytes,
    ranges: z.array(
      z.object({
        from: time,
        to: time,
        bytes,
        tracks: z.array(Track),
        renditions: z.array(z.string()).optional().meta({
          description: "Qualities of which there is media in the range, the source first",
        }),
        broadcast: z.string().optional(),
      }),
    ),
    gaps: z.array(Gap),
  })
  .meta({ description: "What of a stream is on disk, by time" });

export type Archive = z.infer<typeof Archive>;

/** What `DELETE …/archive` did. */
export const ArchiveRemoval = z
  .object({
    from: time,
    to: time,
    bytes: bytes.meta({ description: "Bytes given back" }),
    kept: z.int().min(0).meta({
      description: "Files left because they lie partly outside or are being written",
    }),
  })
  .meta({ description: "Media that was removed" });

export type ArchiveRemoval = z.infer<typeof ArchiveRemoval>;

/** Protects a range from retention. */
export const Pin = z
  .object({
    id: z.string().startsWith("pin_"),
    stream: z.string().startsWith("str_"),
    from: time,
    to: time,
    reason: z.string().nullable(),
    owner: z.string().nullable().optional().meta({
      description: "The export that holds it; such a pin goes when the export ends",
    }),
    expiresAt: time.nullable(),
    createdAt: time,
  })
  .meta({ description: "Protects a range from retention until it expires or is removed" });

export type Pin = z.infer<typeof Pin>;

export const PinCreate = z.strictObject({
  from: instant,
  to: instant,
  reason: z.string().max(300).nullable().default(null),
  expiresAt: instant.nullable().default(null),
});

export type PinCreate = z.infer<typeof PinCreate>;

export const exampleArchive = {
  oldest: "2026-03-01T20:00:00.120Z",
  newest: "2026-03-01T20:30:00.120Z",
  bytes: 593_000_000,
  ranges: [
    {
      from: "2026-03-01T20:00:00.120Z",
      to: "2026-03-01T20:10:00.000Z",
      bytes: 197_000_000,
      tracks: exampleTracks,
      renditions: ["source", "720p", "480p"],
    },
    {
      from: "2026-03-01T20:10:05.400Z",
      to: "2026-03-01T20:30:00.120Z",
      bytes: 396_000_000,
      tracks: exampleTracks,
      renditions: ["source", "720p", "480p"],
    },
  ],
  gaps: [{ from: "2026-03-01T20:10:00.000Z", to: "2026-03-01T20:10:05.400Z", reason: "reconnect" }],
} satisfies Archive;

export const examplePin = {
  id: "pin_01k9z0p1p2p3p4p5p6p7p8p9p0",
  stream: "str_01k9z0a2s4q7v8w1x3y5z6a7b8",
  from: "2026-03-01T20:00:00.000Z",
  to: "2026-03-01T20:30:00.000Z",
  reason: "Legal hold",
  owner: null,
  expiresAt: "2026-04-01T00:00:00.000Z",
  createdAt: "2026-03-01T22:00:00.000Z",
} satisfies Pin;
