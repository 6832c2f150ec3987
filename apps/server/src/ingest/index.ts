export { startRtmpIngest } from "./rtmp-ingest.ts";
