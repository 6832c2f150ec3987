export { type RtmpIngest, type RtmpIngestOptions, startRtmpIngest } from "./rtmp-ingest.ts";
