export { type CopiedMovie, type CopyRequest, copyMovie } from "./copy-movie.ts";
export { copySmall, SMALL_BYTES } from "./copy-small.ts";
export { warmThreads } from "./copy-threads.ts";
