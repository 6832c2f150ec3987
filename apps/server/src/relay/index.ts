export { Relay } from "./relay.ts";
export {
  type PlayAdmission,
  type PlayAttempt,
  type PlayGate,
  type PlaySession,
  rtmpPlay,
} from "./rtmp-play.ts";
