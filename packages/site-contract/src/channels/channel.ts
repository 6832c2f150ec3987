import { z } from "zod";
import { VideoTitle, Visibility } from "../videos/video.ts";

/** Names that pages of the site have, or may have one day. */
export const reservedHandles: readonly string[] = [
  "about",
  "account",
  "admin",
  "api",
  "assets",
  "channels",
  "embed",
  "feed",
  "help",
  "home",
  "live",
  "login",
  "mine",
  "new",
  "oxbow",
  "search",
  "settings",
  "setup",
  "studio",
  "support",
  "system",
  "videos",
  "watch",
];

/** What a channel is called in URLs. */
export const handle = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{1,29}$/, {
    error: "give 2 to 30 of a-z 0-9 - that begin with a letter or digit",
  })
  .meta({ description: "Part of the channel's URL" });

export const latencies = ["normal", "low"] as const;
export const qualities = ["source", "mobile", "standard", "full"] as const;

/** How the next broadcast is to be, unless it is planned otherwise. */
export const BroadcastDefaults = z.strictObject({
  title: VideoTitle,
  visibility: Visibility,
  latency: z.enum(latencies),
  /** Whether it goes into the archive. */
  record: z.boolean(),
  /** Whether a file is made of it when it ends. */
  autoExport: z.boolean(),
  /** Whether there is a chat beside it. */
  chat: z.boolean(),
  /** The ladder of qualities that the media server makes. */
  quality: z.enum(qualities),
});

export type BroadcastDefaults = z.infer<typeof BroadcastDefaults>;

const name = z.string().trim().min(1).max(60);
const about = z.string().trim().max(2000);

/** A place to stream from, as its owner and operators know it. */
export const Channel = z.object({
  id: z.string().startsWith("chn_"),
  handle,
  name,
  about,
  owner: z.object({ id: z.string(), name: z.string() }),
  /** The media server's stream; null while it is being made. */
  stream: z.object({ id: z.string(), name: z.string() }).nullable(),
  defaults: BroadcastDefaults,
  createdAt: z.iso.datetime(),
});

export type Channel = z.infer<typeof Channel>;

/** A channel as everybody sees it. */
export const PublicChannel = Channel.pick({
  id: true,
  handle: true,
  name: true,
  about: true,
  createdAt: true,
});

export type PublicChannel = z.infer<typeof PublicChannel>;

/** Body of `channels.create`. */
export const ChannelCreate = z.strictObject({
  handle,
  name,
  about: about.default(""),
  defaults: BroadcastDefaults.partial().default({}),
});

/** Body of `channels.update`: what is absent stays. */
export const ChannelUpdate = z
  .strictObject({ handle, name, about, defaults: BroadcastDefaults.partial() })
  .partial();
