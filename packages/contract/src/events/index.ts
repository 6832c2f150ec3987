export { catalogue, type EventType, eventType, eventTypes } from "./catalogue.ts";
export {
  Event,
  type EventData,
  type EventOf,
  type EventRecord,
  parseEvent,
  readEvent,
} from "./event.ts";
