export { mayEdit, mayWatch, requireEdit, requireWatch } from "./access.ts";
export type { Cut, Fallback, Stretch, VideoFile } from "./life.ts";
export {
  addFilm,
  type ClipWish,
  type FilmWish,
  noteNoFile,
  publishClip,
  publishFile,
  publishRecording,
} from "./publish.ts";
export {
  isSomethingOnAir,
  type VideoRow,
  videoOf,
  videoOfBroadcast,
  videoOnAir,
} from "./video-row.ts";
