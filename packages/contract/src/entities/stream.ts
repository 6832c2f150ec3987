import { z } from "zod";
import { Ladder } from "./ladder.ts";
import { time } from "./time.ts";
import { Track } from "./track.ts";
import { TranscoderHealth } from "./transcoder.ts";

const streamStates = ["offline", "starting", "live", "interrupted", "ending"] as const;

/** A stream's id or its name, wherever a stream is asked for. */
export const streamRef = z
  .string()
  .min(1)
  .max(80)
  .meta({ description: "The stream's id or its name" });

const title = z.string().max(300).nullable();

export const Retention = z
  .strictObject({
    days: z.number().positive().max(36_500).optional(),
    bytes: z.int().positive().optional(),
  })
  .refine((retention) => retention.days !== undefined || retention.bytes !== undefined, {
    error: "give days, bytes or both; null keeps everything",
  })
  .meta({ description: "How long the archive keeps media: the first limit that is reached" });

export type Retention = z.infer<typeof Retention>;

const reconnectWindow = z
  .int()
  .min(0)
  .max(1800)
  .meta({ description: "Seconds that a lost encoder may take to come back, 0 to 1800" });

const policy = {
  title,
  record: z.boolean().meta({ description: "Whether broadcasts go into the archive" }),
  reconnectWindow,
  retention: Retention.nullable(),
  endOnUnpublish: z.boolean().meta({
    description: "Whether an encoder that stops cleanly ends the broadcast",
  }),
  latency: z.enum(["normal", "low"]),
  ladder: Ladder,
  recordRenditions: z.enum(["all", "source"]).meta({
    description: "Which qualities go into the archive, where broadcasts do",
  }),
  autoExport: z.boolean().meta({
    description: "Whether every broadcast is exported to MP4 when it ends",
  }),
};

export const playbackPolicies = ["public", "signed"] as const;

const maxViewers = z
  .int()
  .min(1)
  .max(1_000_000)
  .nullable()
  .meta({ description: "How many may watch at a time; who is in stays in. null: as many as come" });

/** Who may watch: everybody, or who has a token (`/t/{token}/live/…`). */
const PlaybackPolicy = z.strictObject({
  policy: z.enum(playbackPolicies),
  maxViewers: maxViewers.optional(),
});

/** Body of `POST /streams`. Seconds for `reconnectWindow`. */
export const StreamCreate = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, {
      error: "give 1 to 64 of a-z 0-9 . _ - that begin with a letter or digit",
    })
    // A name is looked up where an id may stand as well.
    .refine((name) => !/^(str|ast)_/.test(name), {
      error: 'must not begin with "str_" or "ast_": ids do',
    })
    .meta({ description: "Part of every URL of the stream; it can't be changed" }),
  title: policy.title.default(null),
  record: policy.record.default(true),
  reconnectWindow: policy.reconnectWindow.default(30),
  retention: policy.retention.default(null),
  endOnUnpublish: policy.endOnUnpublish.default(true),
  playback: PlaybackPolicy.default({ policy: "public" }),
  latency: policy.latency.default("normal"),
  ladder: policy.ladder.default(["source"]),
  recordRenditions: policy.recordRenditions.default("all"),
  autoExport: policy.autoExport.default(false),
});

export type StreamCreate = z.infer<typeof StreamCreate>;

/** Body of `PATCH /streams/{stream}`: what is absent stays. */
export const StreamUpdate = z
  .strictObject({ ...policy, playback: PlaybackPolicy })
  .partial()
  .refine((change) => Object.keys(change).length > 0, { error: "give at least one field" });

export type StreamUpdate = z.infer<typeof StreamUpdate>;

const url = z.url();

/** A named, long-lived place to publish to. */
export const Stream = z
  .object({
    id: z.string().startsWith("str_"),
    name: z.string(),
    title,
    state: z.enum(streamStates),
    broadcast: z.string().nullable().meta({ description: "The open broadcast's id" }),
    publish: z.object({
      rtmp: z.object({
        server: url,
        key: z.string().nullable().meta({
          description: "The stream key; null for API keys of scope read",
        }),
        url: url.nullable().meta({ description: "Server and key in one" }),
      }),
    }),
    playback: z.object({
      policy: z.enum(playbackPolicies).optional(),
      maxViewers: maxViewers.optional(),
      hls: url,
      dash: url.nullable().meta({ description: "null where not offered" }),
      flv: url.nullable().meta({ description: "HTTP-FLV; null where not offered" }),
      rtmp: url.nullable().optional().meta({ description: "RTMP play; null where not offered" }),
      embed: url,
    }),
    viewers: z
      .object({
        now: z.int().min(0),
        peak: z.int().min(0).meta({ description: "The most at a time since the broadcast began" }),
      })
      .optional()
      .meta({ description: "Who watches, on every protocol" }),
    record: policy.record,
    reconnectWindow,
    retention: Retention.nullable().optional(),
    endOnUnpublish: policy.endOnUnpublish.optional(),
    latency: policy.latency.optional(),
    ladder: policy.ladder.optional(),
    recordRenditions: policy.recordRenditions.optional(),
    autoExport: policy.autoExport.optional(),
    createdAt: time,
  })
  .meta({ description: "A named, long-lived place to publish to" });

export type Stream = z.infer<typeof Stream>;

export const healthSeverities = ["info", "warning", "error"] as const;

/** Codes of health issues; others may come. */
export const healthIssueCodes = [
  "noVideo",
  "noAudio",
  "gopLong",
  "starved",
  "fasterThanRealtime",
] as const;

/** Error codes that an encoder is refused with; others may come. */
export const publishRefusals = [
  "key_unknown",
  "already_live",
  "codec_unsupported",
  "refused_by_callback",
  "unavailable",
] as const;

/**
 * Why a publish session is over; others may come. unpublish: the encoder said that it stops; lost: the
 * connection broke; idle: nothing came for too long; malformed: bytes that break the protocol; limit: a
 * limit of the connection was passed; kicked: an operator ended it; ended: the broadcast was ended by
 * the API, or the server stops; replaced: the encoder came back before the old connection was seen to be
 * dead; rejected: refused after admission, for its codec.
 */
export const publishEnds = [
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

export const HealthIssue = z
  .object({
    code: z.string().meta({ description: `${healthIssueCodes.join(", ")} …` }),
    severity: z.enum(healthSeverities),
    params: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ description: "Something about the encoder's stream that viewers will notice" });

/** What comes in from the encoder, now. Figures are null while nothing was measured. */
export const StreamHealth = z
  .object({
    state: z.enum(streamStates),
    health: z.enum(["good", "ok", "bad", "noData"]),
    session: z.string().nullable(),
    tracks: z.array(Track),
    bitrate: z.number().nullable().meta({ description: "Bits a second, all tracks" }),
    fps: z.number().nullable(),
    keyframeInterval: z.number().nullable().meta({ description: "Seconds" }),
    drift: z.number().nullable().meta({
      description: "Milliseconds by which media time runs ahead of the clock",
    }),
    issues: z.array(HealthIssue),
    transcoder: TranscoderHealth.nullable().optional().meta({
      description: "null where nothing is transcoded",
    }),
  })
  .meta({ description: "What comes in from the encoder now; null where nothing was measured" });

export type StreamHealth = z.infer<typeof StreamHealth>;

export const exampleStream = {
  id: "str_01k9z0a2s4q7v8w1x3y5z6a7b8",
  name: "story",
  title: "Storytelling evening",
  state: "offline",
  broadcast: null,
  publish: {
    rtmp: {
      server: "rtmp://media.test:1935/live",
      key: "V3rySecretStreamKey_0123",
      url: "rtmp://media.test:1935/live/V3rySecretStreamKey_0123",
    },
  },
  playback: {
    policy: "public",
    hls: "http://media.test:8080/live/story/index.m3u8",
    dash: "http://media.test:8080/live/story/manifest.mpd",
    flv: "http://media.test:8080/live/story.flv",
    rtmp: "rtmp://media.test:1935/play/story",
    embed: "http://media.test:8080/embed/story",
  },
  viewers: { now: 212, peak: 340 },
  record: true,
  reconnectWindow: 30,
  retention: { days: 7, bytes: 500_000_000_000 },
  endOnUnpublish: true,
  latency: "normal",
  ladder: ["source", "720p", { height: 480, bitrate: 1_200_000 }],
  recordRenditions: "all",
  autoExport: false,
  createdAt: "2026-03-01T19:00:00.000Z",
} satisfies Stream;
