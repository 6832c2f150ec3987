import { z } from "zod";
import type { Channel } from "./channel.ts";

const time = z.iso.datetime();

/** Codes of issues that are told today; others may come. */
export const issueCodes = [
  // What the media server sees of the encoder.
  "noVideo",
  "noAudio",
  "gopLong",
  "starved",
  "fasterThanRealtime",
  /** The encoder is gone: `reason` is one of `encoderEnds`; it may come back until `windowEnds`. */
  "encoderLost",
  /** A quality is not made: `rendition`, and `reason`. */
  "transcoderDegraded",
  /** The disk is nearly full: the broadcast goes on, and is not recorded. */
  "recordingStopped",
  /** The disk is filling: of the qualities only the encoder's own is recorded. */
  "renditionsNotRecorded",
] as const;
export type IssueCode = (typeof issueCodes)[number];

/** Why an encoder is gone that was let in; others may come. */
export const encoderEnds = [
  "unpublish",
  "lost",
  "idle",
  "malformed",
  "limit",
  "kicked",
  "ended",
  "replaced",
  "rejected",
] as const;
export type EncoderEnd = (typeof encoderEnds)[number];

/** Something about what the encoder sends that viewers will notice. */
export const ChannelIssue = z.object({
  code: z.string(),
  severity: z.enum(["info", "warning", "error"]),
  params: z.record(z.string(), z.unknown()),
  /** When it was first seen. */
  since: time,
});

export type ChannelIssue = z.infer<typeof ChannelIssue>;

/** Figures of one moment; null where nothing was measured. */
export const HealthSample = z.object({
  at: time,
  /** Bits a second, all tracks. */
  bitrate: z.number().nullable(),
  fps: z.number().nullable(),
  /** Seconds. */
  keyframeInterval: z.number().nullable(),
  /** Milliseconds by which media time runs ahead of the clock. */
  drift: z.number().nullable(),
  /** Who watches now. */
  viewers: z.int().nullable(),
});

export type HealthSample = z.infer<typeof HealthSample>;

const Track = z.object({
  kind: z.enum(["video", "audio"]),
  codec: z.string(),
  width: z.int().optional(),
  height: z.int().optional(),
  frameRate: z.number().nullable().optional(),
  sampleRate: z.int().optional(),
  channels: z.int().optional(),
});

/** What the channel's encoder sends now, and how it was in the last five minutes. */
export const ChannelHealth = z.object({
  state: z.enum(["offline", "starting", "live", "interrupted", "ending"]),
  health: z.enum(["good", "ok", "bad", "noData"]),
  /** The encoder that is connected; null without one. */
  session: z
    .object({
      id: z.string(),
      protocol: z.string(),
      address: z.string(),
      encoder: z.string().nullable(),
      startedAt: time,
    })
    .nullable(),
  tracks: z.array(Track),
  issues: z.array(ChannelIssue),
  viewers: z.object({ now: z.int(), peak: z.int() }),
  /** The oldest first. Figures are taken while somebody looks, so there may be holes. */
  series: z.array(HealthSample),
});

export type ChannelHealth = z.infer<typeof ChannelHealth>;

/** What pages that listen to `channel:{id}` are told by `channel.health`: all but the series. */
export type HealthGauge = Omit<ChannelHealth, "series"> & { readonly sample: HealthSample };

/** What pages that listen to `channel:{id}` are told by `channel.changed`. */
export type ChannelNow = Omit<Channel, "owner" | "createdAt"> &
  Pick<ChannelHealth, "session" | "issues">;
