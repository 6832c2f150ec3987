import { z } from "zod";
import { define } from "./definition.ts";

const asset = z.string().meta({ description: "The asset's id" });
const play = z.object({
  session: z.string(),
  protocol: z.string(),
  rendition: z.string().nullable().meta({
    description:
      "The quality, as far as requests tell: of one who left the last, null where it is not known as yet",
  }),
  asset: z.string().optional().meta({ description: "What is watched, where it is no stream" }),
});

const ids = {
  asset: "ast_01k9z0f1f2f3f4f5f6f7f8f9f0",
  session: "ses_01k9z0w1w2w3w4w5w6w7w8w9w0",
};

/** VOD, viewers, sinks, and the server itself. */
export const otherEvents = [
  define(
    "asset_ready",
    "An asset can be played",
    z.object({
      asset,
      title: z.string().nullable().optional(),
      duration: z.number().min(0).optional(),
      bytes: z.int().min(0).optional(),
      export: z.string().nullable().optional(),
      playback: z.record(z.string(), z.unknown()).optional(),
    }),
    { asset: ids.asset, title: "The dragon's tale", duration: 594.6, bytes: 197_400_000 },
  ),
  define(
    "asset_updated",
    "An asset's title or metadata was changed",
    z.object({ asset, changed: z.record(z.string(), z.unknown()).optional() }),
    { asset: ids.asset, changed: { title: "The dragon's tale" } },
    "stream",
  ),
  define("asset_deleted", "An asset was removed", z.object({ asset }), { asset: ids.asset }),
  define("play_started", "A viewer began", play, {
    session: ids.session,
    protocol: "hls",
    rendition: "source",
  }),
  define(
    "play_stopped",
    "A viewer left",
    play.extend({ seconds: z.number().min(0), bytes: z.int().min(0) }),
    {
      session: ids.session,
      protocol: "hls",
      rendition: "source",
      seconds: 612,
      bytes: 191_000_000,
    },
  ),
  define(
    "sink_disabled",
    "Deliveries to a sink were given up",
    z.object({
      sink: z.string().meta({ description: "The sink's id" }),
      url: z.string().optional(),
      reason: z.string().optional(),
      lastAnswer: z
        .object({ status: z.int().nullable(), answer: z.string().nullable() })
        .partial()
        .nullable()
        .optional(),
    }),
    {
      sink: "snk_01k9z0s1s2s3s4s5s6s7s8s9s0",
      url: "https://platform.test/hooks/oxbow",
      reason: "gone",
      lastAnswer: { status: 410, answer: "Gone" },
    },
    "server",
  ),
  define(
    "server_started",
    "The server is up; what it found after the last end",
    z
      .object({
        version: z.string(),
        streams: z.array(z.unknown()).meta({
          description: "For each stream that was recording: what was recovered and lost",
        }),
        broadcasts: z
          .object({ closed: z.array(z.string()), resumed: z.array(z.string()) })
          .partial(),
        secondsLost: z.number().min(0),
        exportsResumed: z.union([z.int().min(0), z.array(z.string())]),
      })
      .partial()
      .catchall(z.unknown()),
    {
      version: "0.1.0",
      streams: [
        {
          stream: "str_01k9z0a2s4q7v8w1x3y5z6a7b8",
          broadcast: "brd_01k9z0b3c5d7e9f1g3h5j7k9m1",
          recoveredTo: "2026-03-01T20:21:13.500Z",
          lostSeconds: 0.4,
        },
      ],
      broadcasts: { closed: [], resumed: ["brd_01k9z0b3c5d7e9f1g3h5j7k9m1"] },
      secondsLost: 0.4,
      exportsResumed: 1,
    },
    "server",
  ),
  define(
    "server_stopping",
    "The server drains",
    z.object({ sessions: z.int().min(0).meta({ description: "Sessions still connected" }) }),
    { sessions: 2 },
    "server",
  ),
] as const;
