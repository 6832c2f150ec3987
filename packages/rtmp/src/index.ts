export type { CarriedCodecs } from "./capabilities.ts";
export { LimitExceeded } from "./limit-exceeded.ts";
export { RTMP_LIMITS, type RtmpLimits } from "./limits.ts";
export { listenRtmp, type RtmpServer, type RtmpServerOptions } from "./listen-rtmp.ts";
export { mediaMessageBytes, writeMediaMessage } from "./media-message.ts";
export type { PlayAnswer, PlayEnd, PlayRequest, PlaySource, PlayWriter } from "./play-port.ts";
export type {
  PublishAnswer,
  PublishEnd,
  PublishReceiver,
  PublishRequest,
} from "./publish-port.ts";
export { PublishRefused } from "./publish-refused.ts";
export { publishRtmp, type RtmpPublisher, type RtmpPublishOptions } from "./publish-rtmp.ts";
export type { RtmpLog } from "./server-socket.ts";
