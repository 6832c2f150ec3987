export type { GaugeReading } from "./gauges.ts";
export { startUpdates, type Updates, type UpdatesOptions } from "./start-updates.ts";
export { tellListenersChanged, tellSessionChanged, tellUpdate } from "./tell-update.ts";
export type { MayListen } from "./topics.ts";
