import { accountRoutes } from "./accounts/routes.ts";
import { alertRoutes } from "./alerts/routes.ts";
import { channelRoutes } from "./channels/routes.ts";
import { chatRoutes } from "./chat/routes.ts";
import { exportRoutes } from "./exports/routes.ts";
import { operatorRoutes } from "./operator/routes.ts";
import type { sitePaths } from "./paths.ts";
import { recordingRoutes } from "./recordings/routes.ts";
import type { RoutesOf } from "./route.ts";
import { videoRoutes } from "./videos/routes.ts";

/** Access and schemas of each operation of the site's API. */
export const siteRoutes = {
  ...accountRoutes,
  ...alertRoutes,
  ...channelRoutes,
  ...chatRoutes,
  ...exportRoutes,
  ...operatorRoutes,
  ...recordingRoutes,
  ...videoRoutes,
} as const satisfies RoutesOf<typeof sitePaths>;

export type SiteRoutes = typeof siteRoutes;
export type SiteOperation = keyof SiteRoutes;
