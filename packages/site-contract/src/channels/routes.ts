import { z } from "zod";
import type { RoutesOf } from "../route.ts";
import { Channel, ChannelCreate, ChannelUpdate, PublicChannel } from "./channel.ts";
import { ChannelHealth } from "./health.ts";
import type { channelPaths } from "./paths.ts";
import { Publishing, RejectedAttempt, StreamKey, TestStream } from "./publishing.ts";

export const channelRoutes = {
  "channels.list": {
    access: "operator",
    query: z.strictObject({
      cursor: z.string().max(200).optional(),
      limit: z.coerce.number<string | number>().int().min(1).max(100).default(50),
    }),
    response: z.object({ items: z.array(Channel), next: z.string().nullable() }),
  },
  /** The caller's own channel; null before it is made. */
  "channels.mine": { access: "streamer", response: z.object({ channel: Channel.nullable() }) },
  "channels.view": { access: "anyone", response: PublicChannel },
  /** Reasons: `handle_taken`, `handle_reserved`, `channel_exists`. */
  "channels.create": { access: "streamer", body: ChannelCreate, response: Channel, perMinute: 10 },
  "channels.update": { access: "streamer", body: ChannelUpdate, response: Channel },
  /**
   * To another person, with all its videos and a new stream key; its owner may be gone. Reasons:
   * `person_unknown`, `no_streamer`, `channel_exists`.
   */
  "channels.handOver": {
    access: "operator",
    body: z.strictObject({ person: z.string().min(1).max(60) }),
    response: Channel,
    perMinute: 10,
  },
  "channels.publishing": { access: "streamer", response: Publishing },
  "channels.revealKey": { access: "streamer", response: StreamKey, perMinute: 20 },
  /** Disconnects the encoder. */
  "channels.resetKey": { access: "streamer", response: StreamKey, perMinute: 10 },
  /** The last 20. */
  "channels.rejected": {
    access: "streamer",
    response: z.object({ items: z.array(RejectedAttempt) }),
  },
  "channels.health": { access: "streamer", response: ChannelHealth },
  /**
   * Reasons: `ffmpeg_missing`, `encoder_missing`, `test_running`, `already_live`, `test_limit`,
   * `test_refused`, `rtmp_unreachable`.
   */
  "channels.startTest": { access: "streamer", response: TestStream, perMinute: 10 },
  "channels.stopTest": { access: "streamer" },
} as const satisfies RoutesOf<typeof channelPaths>;
