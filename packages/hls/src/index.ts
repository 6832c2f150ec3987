export { type MediaPlaylist, mediaPlaylist, type PlaylistSegment } from "./media-playlist.ts";
export {
  type AudioRendition,
  type MultivariantPlaylist,
  multivariantPlaylist,
  type Variant,
} from "./multivariant-playlist.ts";
export { playlistLanguage, shownSize } from "./track-attributes.ts";
