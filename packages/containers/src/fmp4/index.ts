export { type FragmentDescription, writeFragmentHeader } from "./fragment-header.ts";
export { readInit, writeInit } from "./init.ts";
export { type PositionedRead, type ScannedChunk, scanFragmentFile, scanFragments } from "./scan.ts";
