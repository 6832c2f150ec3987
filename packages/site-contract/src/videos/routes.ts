import { z } from "zod";
import type { RoutesOf } from "../route.ts";
import type { videoPaths } from "./paths.ts";
import { MOST_POSTER_BYTES } from "./poster-limits.ts";
import {
  AllowedPerson,
  StudioVideo,
  UnshownFile,
  Video,
  VideoChannel,
  VideoMarker,
  VideoPage,
  VideoPlan,
  VideoPlayback,
  VideoUpdate,
} from "./video.ts";

const cursor = z.string().max(200).optional();
const page = z.strictObject({
  cursor,
  limit: z.coerce.number<string | number>().int().min(1).max(50).default(24),
});
const videos = z.object({ items: z.array(Video), next: z.string().nullable() });

/**
 * A private video answers 401 `video_private` to who is not signed in, 403 to who is not named, and
 * tells nothing of itself; one that was deleted answers 410. What changes a video is `not_found` to
 * everybody but its channel's owner and operators.
 */
export const videoRoutes = {
  "videos.home": {
    access: "anyone",
    response: z.object({
      live: z.array(Video),
      upcoming: z.array(Video),
      recent: z.array(Video),
    }),
  },
  /** Public ones alone, the best first; `q` is words, the last one may be unfinished. */
  "videos.search": {
    access: "anyone",
    query: page.extend({ q: z.string().trim().max(200).default("") }),
    response: videos,
    perMinute: 60,
  },
  /**
   * Of the caller's own channel; operators may name another. The newest first. `open`: planned or on
   * air.
   */
  "videos.mine": {
    access: "streamer",
    query: page.extend({
      channel: z.string().max(80).optional(),
      state: z.enum(["open", "ended"]).optional(),
    }),
    response: z.object({ items: z.array(StudioVideo), next: z.string().nullable() }),
  },
  "videos.ofChannel": {
    access: "anyone",
    query: page,
    response: videos.extend({
      channel: VideoChannel,
      live: z.array(Video),
      upcoming: z.array(Video),
    }),
  },
  /** Reasons: `channel_missing`, `too_many_plans`. */
  "videos.plan": { access: "streamer", body: VideoPlan, response: StudioVideo },
  "videos.view": { access: "anyone", response: VideoPage },
  "videos.playback": { access: "anyone", response: VideoPlayback },
  /** Time, delay and recording until it is on air; `not_planned` then, with the field. */
  "videos.update": { access: "streamer", body: VideoUpdate, response: StudioVideo },
  /** Harmless where it has ended; `not_live` for a plan. */
  "videos.end": { access: "streamer", response: StudioVideo },
  "videos.mark": {
    access: "streamer",
    body: z.strictObject({
      label: z.string().trim().min(1).max(200),
      /** Now unless told; within the broadcast. */
      at: z.iso.datetime().optional(),
    }),
    response: VideoMarker,
  },
  "videos.unmark": { access: "streamer" },
  /** The newest first; those of the newest thousand files of the channel. */
  "videos.unshownFiles": {
    access: "streamer",
    response: z.object({ items: z.array(UnshownFile), next: z.null() }),
  },
  /** For ever. `file_shown`: a page shows it meanwhile. */
  "videos.removeFile": { access: "streamer" },
  /** Puts an asset that was made of this video's channel in its place. */
  "videos.publishFile": {
    access: "streamer",
    body: z.strictObject({ asset: z.string().min(1).max(80) }),
    response: StudioVideo,
  },
  /** Takes the file off the page: the recording plays again, while there is one. */
  "videos.unpublish": { access: "streamer", response: StudioVideo },
  /** Reasons: `jpeg_invalid`, where it is no JPEG of `POSTER_SIZE`. */
  "videos.setPoster": {
    access: "streamer",
    body: z.strictObject({
      /** In base64. */
      jpeg: z.base64().max(Math.ceil(MOST_POSTER_BYTES / 3) * 4),
    }),
    response: StudioVideo,
    perMinute: 30,
  },
  /** From then on the media server draws it again. */
  "videos.removePoster": { access: "streamer", response: StudioVideo },
  "videos.delete": { access: "streamer" },
  "videos.allowed": {
    access: "streamer",
    response: z.object({ items: z.array(AllowedPerson), next: z.null() }),
  },
  "videos.allow": {
    access: "streamer",
    body: z.strictObject({ email: z.email().max(320) }),
    response: AllowedPerson,
    perMinute: 30,
  },
  "videos.disallow": { access: "streamer" },
} as const satisfies RoutesOf<typeof videoPaths>;
