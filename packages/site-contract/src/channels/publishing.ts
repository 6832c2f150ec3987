import { z } from "zod";

const time = z.iso.datetime();

/** A synthetic encoder that publishes to a channel. */
export const TestStream = z.object({ startedAt: time, endsAt: time });
export type TestStream = z.infer<typeof TestStream>;

/** Where an encoder publishes to. */
export const Publishing = z.object({
  rtmp: z.object({
    server: z.string(),
    /** The first characters of the key; `channels.revealKey` tells the whole. */
    keyPrefix: z.string(),
  }),
  /** The last time that an encoder was admitted, and from which address. */
  lastUsed: z.object({ at: time, address: z.string(), encoder: z.string().nullable() }).nullable(),
  /** How many days the archive keeps media; null where time sets no limit. */
  retentionDays: z.number().nullable(),
  test: z.object({
    running: TestStream.nullable(),
    /** What stands in the way of a test stream; null where it can be started. */
    missing: z.enum(["ffmpeg", "encoder"]).nullable(),
  }),
});

export type Publishing = z.infer<typeof Publishing>;

/** Server and key, and both in one. */
export const StreamKey = z.object({ server: z.string(), key: z.string(), url: z.string() });

export type StreamKey = z.infer<typeof StreamKey>;

/** Why an encoder is refused: the media server's error codes; others may come. */
export const refusalCodes = [
  "key_unknown",
  "already_live",
  "codec_unsupported",
  "refused_by_callback",
  "unavailable",
] as const;
export type RefusalCode = (typeof refusalCodes)[number];

/**
 * An encoder that was refused. A wrong key belongs to no channel, so that attempt is shown to those
 * whose own address it came from.
 */
export const RejectedAttempt = z.object({
  id: z.string(),
  at: time,
  /** One of `refusalCodes`. */
  code: z.string(),
  message: z.string(),
  protocol: z.string(),
  /** Without its port. */
  address: z.string(),
  encoder: z.string().nullable(),
  /** Which is known: the stream that it named by its key, or only where it came from. */
  knownBy: z.enum(["key", "address"]),
});

export type RejectedAttempt = z.infer<typeof RejectedAttempt>;
