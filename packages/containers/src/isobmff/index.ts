export {
  ascii,
  type Box,
  box,
  flatten,
  fullBox,
  type Part,
  partsSize,
  serialise,
  u8,
  u16,
  u32,
  u64,
  utf8,
} from "./box.ts";
export {
  BoxFields,
  childrenOf,
  type FoundBox,
  findBox,
  needBox,
  readBoxes,
  readBoxHeader,
} from "./box-reader.ts";
export { sampleDescriptions } from "./sample-entry.ts";
export {
  handlerBox,
  mediaBox,
  mediaOf,
  movieHeader,
  seenSize,
  trackHeader,
  versionFor,
} from "./track-boxes.ts";
export { type FoundTrack, readMovieHeader, readTracks } from "./track-reader.ts";
