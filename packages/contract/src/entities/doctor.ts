import { z } from "zod";
import { ladderPresets } from "./ladder.ts";
import { time } from "./time.ts";

const times = z.number().min(0);

/** What this machine can encode, by short encodes that were measured. */
export const Doctor = z
  .object({
    ffmpeg: z
      .object({ version: z.string() })
      .nullable()
      .meta({ description: "null where it was not found: nothing is transcoded then" }),
    encoders: z.array(
      z.object({
        name: z.string().meta({ description: "As ffmpeg calls it: libx264, h264_nvenc" }),
        codec: z.string().meta({ description: "h264" }),
        hardware: z.boolean(),
        works: z.boolean().meta({ description: "Whether it encoded something here" }),
        message: z.string().optional().meta({ description: "Why it does not" }),
        realtime: times.nullable().meta({
          description: "How many times as fast as it is played it encodes 720p at 30 a second",
        }),
      }),
    ),
    encoder: z.string().nullable().meta({ description: "The one that is used; null: none" }),
    presets: z
      .array(
        z.object({
          ladder: z.enum(ladderPresets),
          renditions: z.array(z.string()).meta({ description: "Of a source of 1080p at 30" }),
          realtime: times.nullable().meta({ description: "Times real time, all of it together" }),
          streams: z.int().min(0).nullable().meta({
            description: "How many streams may have it at the same time",
          }),
        }),
      )
      .meta({ description: "What the presets cost" }),
    advice: z.array(z.string()).meta({ description: "What to do, a sentence each" }),
    measuredAt: time.nullable().meta({ description: "null where nothing was measured as yet" }),
  })
  .meta({ description: "What this machine can encode" });

export type Doctor = z.infer<typeof Doctor>;

export const exampleDoctor = {
  ffmpeg: { version: "5.1.9-0+deb12u1" },
  encoders: [
    { name: "libx264", codec: "h264", hardware: false, works: true, realtime: 6.4 },
    {
      name: "h264_nvenc",
      codec: "h264",
      hardware: true,
      works: false,
      message: "Cannot load libcuda.so.1",
      realtime: null,
    },
  ],
  encoder: "libx264",
  presets: [
    { ladder: "mobile", renditions: ["480p", "360p"], realtime: 7.1, streams: 5 },
    { ladder: "standard", renditions: ["720p", "480p", "360p"], realtime: 2.9, streams: 2 },
  ],
  advice: ["Two streams may have the ladder standard at the same time"],
  measuredAt: "2026-03-01T19:00:00.000Z",
} satisfies Doctor;
