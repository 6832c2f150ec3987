export type { MovieHeader } from "./movie-header.ts";
export type { MovieOptions, Presentation } from "./movie-options.ts";
export { createMovieTable, type MovieTable } from "./movie-table.ts";
export type { Chapter, Metadata } from "./user-data.ts";
