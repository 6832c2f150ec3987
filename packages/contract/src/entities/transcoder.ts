import { z } from "zod";

export const renditionStates = ["running", "shed", "starting"] as const;

/** How the transcoder of a stream does. */
export const TranscoderHealth = z
  .object({
    state: z.enum(["running", "degraded", "off"]).meta({
      description: "degraded: a quality is missing; off: all are, and the source plays on",
    }),
    encoder: z.string().nullable().meta({ description: "libx264, h264_nvenc …" }),
    speed: z.number().min(0).nullable().meta({
      description: "Times real time; under 1 it falls behind",
    }),
    delayMs: z.number().min(0).nullable().meta({
      description: "Milliseconds from a picture of the source to the same of a quality",
    }),
    renditions: z.array(
      z.object({
        name: z.string(),
        width: z.int().min(0),
        height: z.int().min(0),
        fps: z.number().min(0).nullable(),
        bitrate: z.int().min(0).meta({ description: "Bits a second that are asked of it" }),
        state: z.enum(renditionStates),
      }),
    ),
  })
  .meta({ description: "The transcoder of a stream that is on air" });

export type TranscoderHealth = z.infer<typeof TranscoderHealth>;

export const exampleTranscoder = {
  state: "degraded",
  encoder: "libx264",
  speed: 1.02,
  delayMs: 140,
  renditions: [
    { name: "720p", width: 1280, height: 720, fps: 30, bitrate: 2_800_000, state: "shed" },
    { name: "480p", width: 854, height: 480, fps: 30, bitrate: 1_200_000, state: "running" },
  ],
} satisfies TranscoderHealth;
