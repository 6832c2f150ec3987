import { accessRoutes } from "./access.ts";
import { assetRoutes } from "./assets.ts";
import { doctorRoutes } from "./doctor.ts";
import { eventRoutes } from "./events.ts";
import { exportRoutes } from "./exports.ts";
import { markerRoutes } from "./markers.ts";
import { operatingRoutes } from "./operating.ts";
import { streamRoutes } from "./streams.ts";

export { apiPath, type Route, type RouteResponse } from "./route.ts";

/** Every operation of the API by its id: what is served, documented, and called by the SDK. */
export const routes = {
  ...streamRoutes,
  ...markerRoutes,
  ...exportRoutes,
  ...assetRoutes,
  ...eventRoutes,
  ...accessRoutes,
  ...doctorRoutes,
  ...operatingRoutes,
} as const;

export type Routes = typeof routes;
export type OperationId = keyof Routes;

/** Every operation id, in the order of the table. */
export const operationIds: readonly OperationId[] = Object.keys(routes).filter(isOperationId);

function isOperationId(id: string): id is OperationId {
  return Object.hasOwn(routes, id);
}
