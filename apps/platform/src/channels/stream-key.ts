import { type Client, OxbowError, type Stream } from "@oxbow/sdk";
import { type Publishing, SiteFault, type StreamKey } from "@oxbow/site-contract";
import { type ChannelRow, LastUsed, streamOf } from "./channel-row.ts";

/** Characters of a key that are told without being asked for. */
const PREFIX = 4;

/** Server and the beginning of the key, and when it was last used. Throws OxbowError. */
export async function publishingOf(
  media: Client,
  channel: ChannelRow,
): Promise<Omit<Publishing, "test">> {
  const stream = await media.streams.get(streamOf(channel));
  const { server, key } = keyOf(stream);
  const lastUsed =
    channel.last_used === null ? null : LastUsed.parse(JSON.parse(channel.last_used));
  const retentionDays = stream.retention?.days ?? null;
  return { rtmp: { server, keyPrefix: key.slice(0, PREFIX) }, lastUsed, retentionDays };
}

/** The whole key. Throws OxbowError. */
export async function revealKey(media: Client, channel: ChannelRow): Promise<StreamKey> {
  return keyOf(await media.streams.get(streamOf(channel)));
}

/**
 * A new key; the old one stops admitting, and the encoder that came in with it is sent away. Throws
 * OxbowError.
 */
export async function resetKey(media: Client, channel: ChannelRow): Promise<StreamKey> {
  const stream = streamOf(channel);
  const changed = keyOf(await media.streams.resetKey(stream));
  for await (const session of media.sessions.list({ stream, kind: "publish" })) {
    await media.sessions.delete(session.id).catch(ignoreGone);
  }
  return changed;
}

function keyOf({ publish }: Stream): StreamKey {
  const { server, key, url } = publish.rtmp;
  if (key === null || url === null)
    throw new SiteFault("internal", "The media server's API key may not read stream keys");
  return { server, key, url };
}

/** It may have left by itself. */
function ignoreGone(error: unknown): void {
  if (!(error instanceof OxbowError) || error.code !== "session_unknown") throw error;
}
