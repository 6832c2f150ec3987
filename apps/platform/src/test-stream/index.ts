export {
  retrySampleFilm,
  type SampleFilmParts,
  sampleFilmTasks,
  wantSampleFilm,
} from "./sample-film.ts";
export { testStreamHandlers } from "./test-handlers.ts";
export { type TestStreamParts, TestStreams } from "./test-streams.ts";
