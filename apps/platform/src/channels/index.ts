export { type ChannelParts, channelHandlers } from "./channel-handlers.ts";
export { channelProjection } from "./channel-projection.ts";
export {
  type ChannelRow,
  channelByHandle,
  channelById,
  channelByStream,
  channelFor,
  channelOf,
  defaultsOf,
  mayStream,
  streamOf,
} from "./channel-row.ts";
export { channelTasks } from "./channel-tasks.ts";
export { houseChannel } from "./create-channel.ts";
export { HealthSampler } from "./health-sampler.ts";
export { prepareSoon, schedulePrepareSoon } from "./prepare-next.ts";
