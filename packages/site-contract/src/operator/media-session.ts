import { z } from "zod";

/** Somebody who is connected to the media server now: an encoder, or a viewer. */
export const MediaSession = z.object({
  id: z.string(),
  kind: z.enum(["publish", "play"]),
  /** Null for viewers of files. */
  stream: z.object({ id: z.string(), name: z.string() }).nullable(),
  /** Of the stream, where it has one. */
  channel: z.object({ handle: z.string(), name: z.string() }).nullable(),
  asset: z.string().nullable(),
  protocol: z.string(),
  rendition: z.string().nullable(),
  address: z.string(),
  /** What the other side calls itself. */
  program: z.string().nullable(),
  bytes: z.int().min(0),
  since: z.iso.datetime(),
});

export type MediaSession = z.infer<typeof MediaSession>;
