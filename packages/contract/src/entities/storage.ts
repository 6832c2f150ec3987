import { z } from "zod";
import { time } from "./time.ts";

const bytes = z.int().min(0);

/** What fills the disk, and when it is full. */
export const Storage = z
  .object({
    disk: z
      .object({
        rung: z.string().meta({
          description: "ok, warn, no_exports, no_renditions, no_recordings",
        }),
        freeBytes: bytes,
        totalBytes: bytes,
        fullAt: time.nullable().meta({
          description: "When it is full if things go on as they did; null: not in sight",
        }),
      })
      .meta({ description: "The volume of the archive" }),
    streams: z
      .array(
        z.object({
          id: z.string(),
          name: z.string(),
          bytes: bytes.meta({ description: "Of all renditions" }),
          oldest: time,
          newest: time,
          deleted: z.boolean().meta({
            description: "The stream was deleted; its media is about to go",
          }),
        }),
      )
      .meta({ description: "What the archive holds of each stream, the largest first" }),
    assets: z.object({ count: z.int().min(0), bytes }).meta({ description: "All VOD files" }),
  })
  .meta({ description: "What fills the disk, and when it is full" });

export type Storage = z.infer<typeof Storage>;

export const exampleStorage = {
  disk: {
    rung: "warn",
    freeBytes: 140_000_000_000,
    totalBytes: 1_000_000_000_000,
    fullAt: "2026-03-04T08:00:00.000Z",
  },
  streams: [
    {
      id: "str_01k9z0a2s4q7v8w1x3y5z6a7b8",
      name: "story",
      bytes: 593_000_000,
      oldest: "2026-03-01T20:00:00.120Z",
      newest: "2026-03-01T20:30:00.120Z",
      deleted: false,
    },
  ],
  assets: { count: 12, bytes: 9_400_000_000 },
} satisfies Storage;
