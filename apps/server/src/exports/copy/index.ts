export { type CopiedMovie, type CopyRequest, copyMovie } from "./copy-movie.ts";
