export type { Edit } from "./edits-reader.ts";
export type { MovieHeader } from "./movie-header.ts";
export type { MovieOptions, Presentation } from "./movie-options.ts";
export {
  type Movie,
  type MovieTrack,
  type OtherTrack,
  outlineMovie,
  readMovie,
} from "./movie-reader.ts";
export { createMovieTable, type MovieTable } from "./movie-table.ts";
export {
  type NumberColumn,
  runOf,
  type SampleTable,
  type Span,
  sampleAt,
  spansOf,
  syncAt,
} from "./sample-table.ts";
export type { TableOutline } from "./table-outline.ts";
export type { MovieText } from "./text-track.ts";
export { type FoundText, readMovieTexts } from "./text-track-reader.ts";
export { type TextedMovie, textedMovie } from "./texted-movie.ts";
export { UnsupportedMovie } from "./unsupported-movie.ts";
export type { Chapter, Metadata } from "./user-data.ts";
