import type { Client } from "@oxbow/sdk";
import { SiteFault } from "@oxbow/site-contract";
import { type ChannelRow, defaultsOf } from "./channel-row.ts";

/** What the media server is told before a broadcast. */
export type BroadcastSettings = {
  readonly title?: string | undefined;
  readonly latency?: "normal" | "low" | undefined;
  readonly record?: boolean | undefined;
};

/**
 * Sets a channel's stream for its next broadcast. Refuses with `media_server_away` where the stream is
 * not made yet; throws OxbowError.
 */
export async function prepareStream(
  media: Client,
  channel: ChannelRow,
  settings: BroadcastSettings,
): Promise<void> {
  const { quality } = defaultsOf(channel);
  await media.streams.update(streamOf(channel), { ...settings, ladder: quality });
}

/** The media server's id of a channel's stream. Refuses with `media_server_away`, `stream_missing`. */
export function streamOf(channel: ChannelRow): string {
  if (channel.stream !== null) return channel.stream;
  throw new SiteFault("media_server_away", "The channel's stream is not made yet", {
    reason: "stream_missing",
  });
}
