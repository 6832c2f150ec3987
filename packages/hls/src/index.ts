export type { DateRange } from "./date-range.ts";
export type { PreloadHint, RenditionReport, ServerControl } from "./low-latency.ts";
export {
  type MediaPlaylist,
  mediaPlaylist,
  type PlaylistPart,
  type PlaylistSegment,
} from "./media-playlist.ts";
export {
  type AudioRendition,
  type MultivariantPlaylist,
  multivariantPlaylist,
  type PictureVariant,
  type SubtitleRendition,
  type Variant,
} from "./multivariant-playlist.ts";
export { playlistLanguage, shownSize } from "./track-attributes.ts";
