import { z } from "zod";

/** One elementary stream, as the API tells of it. */
export const Track = z
  .object({
    kind: z.enum(["video", "audio"]),
    codec: z.string().meta({ description: "RFC 6381: avc1.64001f, mp4a.40.2" }),
    language: z.string().optional().meta({ description: "ISO 639-2, und where unknown" }),
    width: z.int().min(0).optional(),
    height: z.int().min(0).optional(),
    frameRate: z.number().nullable().optional().meta({
      description: "Frames for a second as the encoder declares it; null where it does not",
    }),
    sampleRate: z.int().min(0).optional(),
    channels: z.int().min(0).optional(),
  })
  .meta({ description: "One elementary stream" });

export type Track = z.infer<typeof Track>;

export const exampleTracks: Track[] = [
  {
    kind: "video",
    codec: "avc1.64001f",
    language: "und",
    width: 1280,
    height: 720,
    frameRate: 30,
  },
  { kind: "audio", codec: "mp4a.40.2", language: "und", sampleRate: 48_000, channels: 2 },
];
