import { z } from "zod";
import { Gap } from "./gap.ts";
import { time } from "./time.ts";
import { exampleTracks, Track } from "./track.ts";

/** One encoder connection of a broadcast, from handshake to close reason. */
export const PublishSession = z
  .object({
    id: z.string().startsWith("ses_"),
    protocol: z.string().meta({ description: "rtmp" }),
    address: z.string().meta({ description: "Remote address and port" }),
    encoder: z.string().nullable().meta({ description: "What the encoder calls itself" }),
    from: time,
    to: time.nullable(),
    reason: z.string().nullable().meta({ description: "Why it closed; null while it is open" }),
    bytes: z.int().min(0).optional(),
    tracks: z.array(Track).optional(),
  })
  .meta({ description: "One encoder connection" });

export type PublishSession = z.infer<typeof PublishSession>;

/** One time on air. */
export const Broadcast = z
  .object({
    id: z.string().startsWith("brd_"),
    stream: z.string().startsWith("str_"),
    from: time,
    to: time.nullable().meta({ description: "null while it is on air" }),
    state: z.enum(["live", "interrupted", "ending", "ended"]),
    gaps: z.array(Gap),
    sessions: z.array(PublishSession),
    reason: z.string().nullable().optional().meta({ description: "Why it ended" }),
    playback: z.object({
      hls: z.url().nullable().meta({ description: "null where nothing was recorded" }),
      dash: z.url().nullable().meta({ description: "null where nothing was recorded" }),
      mp4: z.url().nullable().meta({
        description: "The whole of it as instant MP4; null where nothing was recorded",
      }),
    }),
  })
  .meta({ description: "One time on air, over all reconnects of its encoder" });

export type Broadcast = z.infer<typeof Broadcast>;

export const exampleBroadcast = {
  id: "brd_01k9z0b3c5d7e9f1g3h5j7k9m1",
  stream: "str_01k9z0a2s4q7v8w1x3y5z6a7b8",
  from: "2026-03-01T20:00:00.120Z",
  to: "2026-03-01T21:30:04.500Z",
  state: "ended",
  gaps: [{ from: "2026-03-01T20:10:00.000Z", to: "2026-03-01T20:10:05.400Z", reason: "reconnect" }],
  sessions: [
    {
      id: "ses_01k9z0b2b2b2b2b2b2b2b2b2b2",
      protocol: "rtmp",
      address: "192.0.2.7:51234",
      encoder: "obs-output module (libobs version 31.0.0)",
      from: "2026-03-01T20:00:00.000Z",
      to: "2026-03-01T20:10:00.000Z",
      reason: "lost",
      bytes: 187_500_000,
      tracks: exampleTracks,
    },
  ],
  reason: "unpublished",
  playback: {
    hls: "http://media.test:8080/dvr/story/index.m3u8?from=1772395200120&to=1772400604500",
    dash: "http://media.test:8080/dvr/story/manifest.mpd?from=1772395200120&to=1772400604500",
    mp4: "http://media.test:8080/dvr/story/1772395200120-1772400604500.mp4",
  },
} satisfies Broadcast;
