export { type RecordingParts, recordingHandlers } from "./recording-handlers.ts";
