export {
  type AdaptationSet,
  evenEnd,
  type Finished,
  type Layout,
  type Mpd,
  mpd,
  type Period,
  type Presentation,
  PresentationTimeline,
  type PresentedSegment,
  type PresentedStretch,
  type Representation,
  type Role,
  type Running,
  type SegmentTemplate,
  type TextFile,
  type TimelineSegment,
  type TrackPlace,
  type TrackSpan,
  trackSet,
} from "./dash/index.ts";
export type { DateRange } from "./date-range.ts";
export type { PreloadHint, RenditionReport, ServerControl } from "./low-latency.ts";
export {
  type MediaPlaylist,
  mapLine,
  mediaPlaylist,
  type PlaylistPart,
  type PlaylistSegment,
  playlistEntries,
  playlistHead,
  playlistTail,
} from "./media-playlist.ts";
export {
  type AudioRendition,
  type ClosedCaptions,
  type MultivariantPlaylist,
  multivariantPlaylist,
  type PictureVariant,
  type SubtitleRendition,
  type Variant,
} from "./multivariant-playlist.ts";
export { playlistLanguage, shownSize } from "./track-attributes.ts";
