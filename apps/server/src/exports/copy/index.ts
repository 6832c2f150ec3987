export { type CopiedMovie, type CopyRequest, copyMovie } from "./copy-movie.ts";
export { warmThreads } from "./copy-threads.ts";
