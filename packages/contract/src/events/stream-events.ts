import { z } from "zod";
import { exampleBroadcast, PublishSession } from "../entities/broadcast.ts";
import { Gap } from "../entities/gap.ts";
import { healthSeverities, publishEnds, publishRefusals } from "../entities/stream.ts";
import { time } from "../entities/time.ts";
import { exampleTracks, Track } from "../entities/track.ts";
import { define } from "./definition.ts";

const url = z.url();
const session = z.string().meta({ description: "The publish session's id" });
const playback = z.object({ hls: url.optional(), embed: url.optional() }).catchall(z.unknown());
const name = z.string();

const examplePlayback = {
  hls: "http://media.test:8080/live/story/index.m3u8",
  embed: "http://media.test:8080/embed/story",
};

export const streamEvents = [
  define(
    "stream_created",
    "A stream was made",
    z.object({ name, title: z.string().nullable() }).catchall(z.unknown()).meta({
      description: "Name, title and policy",
    }),
    { name: "story", title: "Storytelling evening", record: true, reconnectWindow: 30 },
    "stream",
  ),
  define(
    "stream_updated",
    "A stream's title, policy or key was changed",
    z.object({ changed: z.array(z.string()).meta({ description: "Names of the fields" }) }),
    { changed: ["title"] },
    "stream",
  ),
  define("stream_deleted", "A stream was removed", z.object({ name }), { name: "story" }, "stream"),
  define(
    "publish_started",
    "An encoder was admitted",
    z.object({
      session,
      protocol: z.string(),
      address: z.string(),
      encoder: z.string().nullable(),
      tracks: z.array(Track).meta({
        description:
          "As far as they are known at admission: RTMP tells them later, see broadcast_started",
      }),
    }),
    {
      session: "ses_01k9z0b2b2b2b2b2b2b2b2b2b2",
      protocol: "rtmp",
      address: "192.0.2.7:51234",
      encoder: "obs-output module (libobs version 31.0.0)",
      tracks: [],
    },
    "stream",
  ),
  define(
    "publish_rejected",
    "An encoder was refused",
    z.object({
      code: z.string().meta({ description: `${publishRefusals.join(", ")} …` }),
      message: z.string(),
      protocol: z.string(),
      address: z.string(),
      encoder: z.string().nullable().optional(),
    }),
    {
      code: "already_live",
      message: 'Cannot publish to "story": another encoder is publishing',
      protocol: "rtmp",
      address: "192.0.2.8:40100",
      encoder: null,
    },
    "stream",
  ),
  define(
    "publish_stopped",
    "A publish session closed",
    z.object({
      session,
      reason: z.string().meta({ description: `${publishEnds.join(", ")} …` }),
      detail: z.string().nullable().optional(),
      duration: z.number().min(0).meta({ description: "Seconds" }),
      bytes: z.int().min(0),
    }),
    {
      session: "ses_01k9z0b2b2b2b2b2b2b2b2b2b2",
      reason: "lost",
      detail: null,
      duration: 600,
      bytes: 187_500_000,
    },
  ),
  define(
    "broadcast_started",
    "The first keyframe of a new broadcast came",
    z.object({ from: time, tracks: z.array(Track), playback }),
    {
      from: "2026-03-01T20:00:00.120Z",
      tracks: exampleTracks,
      playback: examplePlayback,
    },
  ),
  define(
    "playback_ready",
    "The first segment can be played",
    z.object({
      playback,
      afterMs: z.number().min(0).meta({
        description: "Milliseconds from the encoder's admission",
      }),
    }),
    { playback: examplePlayback, afterMs: 2350 },
  ),
  define(
    "broadcast_interrupted",
    "The encoder is gone; it may come back inside the window",
    z.object({ windowEnds: time.meta({ description: "When the broadcast ends without it" }) }),
    { windowEnds: "2026-03-01T20:10:30.000Z" },
  ),
  define(
    "broadcast_resumed",
    "The encoder is back inside the window",
    z.object({
      gap: Gap.nullable(),
      seconds: z.number().min(0).meta({ description: "Length of the gap" }),
    }),
    {
      gap: {
        from: "2026-03-01T20:10:00.000Z",
        to: "2026-03-01T20:10:05.400Z",
        reason: "reconnect",
      },
      seconds: 5.4,
    },
  ),
  define(
    "broadcast_ended",
    "No more media will come",
    z.object({
      from: time,
      to: time,
      duration: z.number().min(0).meta({ description: "Seconds from first to last" }),
      gaps: z.array(Gap),
      sessions: z.array(PublishSession),
      reason: z.string(),
      playback: z.object({ hls: url, mp4: url }).partial().catchall(z.unknown()).optional().meta({
        description: "Of the recording, where there is one",
      }),
    }),
    {
      from: "2026-03-01T20:00:00.120Z",
      to: "2026-03-01T21:30:04.500Z",
      duration: 5404.38,
      gaps: [
        { from: "2026-03-01T20:10:00.000Z", to: "2026-03-01T20:10:05.400Z", reason: "reconnect" },
      ],
      sessions: exampleBroadcast.sessions,
      reason: "unpublished",
      playback: exampleBroadcast.playback,
    },
  ),
  define(
    "stream_health",
    "A health issue began or ended",
    z.object({
      code: z.string(),
      severity: z.enum(healthSeverities),
      state: z.enum(["began", "ended"]),
      params: z.record(z.string(), z.unknown()).optional(),
    }),
    { code: "gopLong", severity: "warning", state: "began", params: { seconds: 10 } },
  ),
] as const;
