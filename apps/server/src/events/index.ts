export type { DeliveryState } from "./delivery-step.ts";
export { createEvents, type Events } from "./events.ts";
export type {
  ClaimedDelivery,
  ClaimedLane,
  DeliveryQuery,
  EventStore,
  LogQuery,
  Page,
  PageQuery,
  ReplayRange,
  SettledDelivery,
  SinkChange,
  StoredDelivery,
  StoredSink,
} from "./ports.ts";
export type { NewSink, Sinks, SinkUpdate } from "./sinks.ts";
