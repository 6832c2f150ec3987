import { z } from "zod";
import { time } from "./time.ts";

export const sessionKinds = ["publish", "play"] as const;

/** Someone who is connected now: an encoder, or a viewer. */
export const Session = z
  .object({
    id: z.string().startsWith("ses_"),
    kind: z.enum(sessionKinds),
    stream: z
      .object({ id: z.string(), name: z.string() })
      .nullable()
      .meta({ description: "null for viewers of an asset" }),
    asset: z.string().nullable().optional().meta({ description: "What a viewer of VOD watches" }),
    broadcast: z.string().nullable(),
    protocol: z.string().meta({ description: "rtmp, hls …" }),
    rendition: z.string().nullable().optional().meta({
      description: "The quality that a viewer plays, where its requests tell",
    }),
    address: z.string(),
    encoder: z.string().nullable().meta({ description: "What the other side calls itself" }),
    bytes: z.int().min(0),
    startedAt: time,
  })
  .meta({ description: "A publisher or a viewer that is connected now" });

export type Session = z.infer<typeof Session>;

export const exampleSession = {
  id: "ses_01k9z0b2b2b2b2b2b2b2b2b2b2",
  kind: "publish",
  stream: { id: "str_01k9z0a2s4q7v8w1x3y5z6a7b8", name: "story" },
  broadcast: "brd_01k9z0b3c5d7e9f1g3h5j7k9m1",
  protocol: "rtmp",
  address: "192.0.2.7:51234",
  encoder: "obs-output module (libobs version 31.0.0)",
  bytes: 187_500_000,
  startedAt: "2026-03-01T20:00:00.000Z",
} satisfies Session;
