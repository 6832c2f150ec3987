export { mayWatch, requireEdit, requireWatch } from "./access.ts";
export type { Cut, Fallback, Stretch, VideoFile } from "./life.ts";
export { policyFacts } from "./policy-facts.ts";
export { posterBytes } from "./posters.ts";
export {
  addFilm,
  type ClipWish,
  type FilmWish,
  noteNoFile,
  publishClip,
  publishFile,
  publishRecording,
} from "./publish.ts";
export { resyncVideos } from "./resync-videos.ts";
export { tellPlayback } from "./tell-playback.ts";
export { toVideos } from "./to-video.ts";
export { videoHandlers } from "./video-handlers.ts";
export { listedVideos } from "./video-lists.ts";
export type { VideoParts } from "./video-parts.ts";
export { videoProjection } from "./video-projection.ts";
export {
  isSomethingOnAir,
  type VideoRow,
  videoOf,
  videoOfBroadcast,
} from "./video-row.ts";
export { videoTasks } from "./video-tasks.ts";
export { ViewerCounts, type ViewerParts, type Viewers } from "./viewer-counts.ts";
