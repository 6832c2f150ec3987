import { z } from "zod";

const times = z.number().min(0).nullable();

/** What the media server's machine can encode. */
export const DoctorView = z.object({
  /** Its version; null where it was not found. */
  ffmpeg: z.string().nullable(),
  encoders: z.array(
    z.object({
      name: z.string(),
      hardware: z.boolean(),
      works: z.boolean(),
      message: z.string().nullable(),
      /** Times as fast as it plays; null: not measured. */
      realtime: times,
    }),
  ),
  /** The one that is used. */
  encoder: z.string().nullable(),
  presets: z.array(
    z.object({
      name: z.string(),
      renditions: z.array(z.string()),
      realtime: times,
      /** How many streams may have it at the same time. */
      streams: z.int().min(0).nullable(),
    }),
  ),
  /** Sentences of the media server, in English. */
  advice: z.array(z.string()),
  measuredAt: z.iso.datetime().nullable(),
});

export type DoctorView = z.infer<typeof DoctorView>;
