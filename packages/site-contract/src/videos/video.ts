import { z } from "zod";

const time = z.iso.datetime();

export const videoKinds = ["broadcast", "clip", "film"] as const;
export const visibilities = ["public", "unlisted", "private"] as const;
export const videoStates = ["planned", "live", "interrupted", "ended"] as const;
export const videoSources = ["none", "live", "recording", "file"] as const;

/** Who finds it: everybody; who has the address; who is named. */
export const Visibility = z.enum(visibilities);
export type Visibility = z.infer<typeof Visibility>;

export const VideoTitle = z.string().trim().min(1).max(150);
export const VideoDescription = z.string().trim().max(5000);

/** A moment that somebody named. */
export const VideoMarker = z.object({
  id: z.string(),
  label: z.string(),
  at: time,
  /** Where it is on the timeline of the file, in seconds; null where the video plays by the clock. */
  seconds: z.number().min(0).nullable(),
});
export type VideoMarker = z.infer<typeof VideoMarker>;

/** Where media is missing. */
export const VideoGap = z.object({ from: time, to: time, reason: z.string() });
export type VideoGap = z.infer<typeof VideoGap>;

/** One page for the whole life of a broadcast, or for a file. */
export const Video = z.object({
  id: z.string().startsWith("vid_"),
  /** A clip is a file of a stretch; a film is a file that was never on air. */
  kind: z.enum(videoKinds),
  channel: z.object({ id: z.string(), handle: z.string(), name: z.string() }),
  title: z.string(),
  description: z.string(),
  visibility: Visibility,
  state: z.enum(videoStates),
  /** What plays at its address now. */
  source: z.enum(videoSources),
  /** Whether a recording or a file of it is still to come. */
  preparing: z.boolean(),
  scheduledAt: time.nullable(),
  /** Wall clock of its media. */
  from: time.nullable(),
  to: time.nullable(),
  /** Seconds of what plays; null while it is not known. */
  duration: z.number().min(0).nullable(),
  /** An address of this site, the same for as long as the picture is. */
  poster: z.string().nullable(),
  /** Whether that is a picture that its owner chose, of `POSTER_SIZE`. */
  ownPoster: z.boolean(),
  /** Who watches now, as last asked; null where it is not live. The gauge `video.viewers` of its topic goes on. */
  viewers: z.int().min(0).nullable(),
  markers: z.array(VideoMarker),
  /** The asset of the media server that it plays. */
  asset: z.string().nullable(),
  /** Where the file's timeline lies on the wall clock; null where it plays by the clock, or was never on air. */
  cut: z
    .object({
      from: time,
      /** What was on air there and is not in the file, or was filled; `at` is seconds of the file. */
      gaps: z.array(z.object({ at: z.number().min(0), from: time, to: time, filled: z.boolean() })),
    })
    .nullable(),
  /** Why there is no file, where one was wanted. */
  fallback: z.object({ code: z.string(), message: z.string(), at: time }).nullable(),
  chat: z.boolean(),
  createdAt: time,
  publishedAt: time.nullable(),
});
export type Video = z.infer<typeof Video>;

/** A video as its channel's owner sees it. */
export const StudioVideo = Video.extend({
  broadcast: z.string().nullable(),
  record: z.boolean(),
  latency: z.enum(["normal", "low"]),
  gaps: z.array(VideoGap),
  /** Bytes of what plays; null while it is not known. */
  bytes: z.int().min(0).nullable(),
  /** The stretch that the archive still has. */
  archived: z.object({ from: time, to: time }).nullable(),
});
export type StudioVideo = z.infer<typeof StudioVideo>;

/** What `<oxbow-player>` is given as `src`; `id` and `hls` are of the media server. */
export const PlayerSource = z.object({
  id: z.string(),
  kind: z.enum(["live", "vod"]),
  hls: z.string(),
  title: z.string().exactOptional(),
  mp4: z.string().exactOptional(),
  recording: z.string().exactOptional(),
  events: z.string().exactOptional(),
  thumbnails: z.string().exactOptional(),
  poster: z.string().exactOptional(),
  startsAt: z.string().exactOptional(),
  /** The one broadcast that the page is about: the next of its stream is another video. */
  broadcast: z.string().exactOptional(),
});
export type PlayerSource = z.infer<typeof PlayerSource>;

export const VideoPlayback = z.object({
  /** Null where there is nothing to play now. */
  player: PlayerSource.nullable(),
  /** When the token in the addresses ends; null where there is none. */
  expiresAt: time.nullable(),
  /** The file itself, where there is one. */
  download: z.string().nullable(),
});
export type VideoPlayback = z.infer<typeof VideoPlayback>;

export const VideoPage = z.object({
  video: Video,
  playback: VideoPlayback,
  /** What the person who asks may do. */
  may: z.object({ edit: z.boolean() }),
});
export type VideoPage = z.infer<typeof VideoPage>;

/** A file that was made of a channel's broadcasts, and that no page shows: it is kept until it is deleted. */
export const UnshownFile = z.object({
  asset: z.string(),
  title: z.string(),
  bytes: z.int().min(0),
  /** Seconds. */
  duration: z.number().min(0),
  createdAt: time.nullable(),
  /** The wish that it was made for, where it can be published and downloaded. */
  wish: z.string().nullable(),
});
export type UnshownFile = z.infer<typeof UnshownFile>;

/** A channel with its videos, as everybody sees it. */
export const VideoChannel = z.object({
  id: z.string(),
  handle: z.string(),
  name: z.string(),
  about: z.string(),
});
export type VideoChannel = z.infer<typeof VideoChannel>;

/** Somebody who may watch a private video. */
export const AllowedPerson = z.object({ id: z.string(), name: z.string(), email: z.string() });
export type AllowedPerson = z.infer<typeof AllowedPerson>;

const details = {
  title: VideoTitle,
  description: VideoDescription,
  visibility: Visibility,
  chat: z.boolean(),
  // These are of a plan alone: what is on air began with them.
  scheduledAt: time.nullable(),
  latency: z.enum(["normal", "low"]),
  record: z.boolean(),
};

export const VideoPlan = z.strictObject({
  title: details.title,
  description: details.description.default(""),
  /** That of the channel unless told. */
  visibility: details.visibility.optional(),
  latency: details.latency.optional(),
  record: details.record.optional(),
  scheduledAt: details.scheduledAt.default(null),
  chat: details.chat.default(true),
});

export const VideoUpdate = z
  .strictObject(details)
  .partial()
  .refine((change) => Object.keys(change).length > 0, { error: "give at least one field" });
