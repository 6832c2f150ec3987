import { accountPaths } from "./accounts/paths.ts";
import { alertPaths } from "./alerts/paths.ts";
import { channelPaths } from "./channels/paths.ts";
import { chatPaths } from "./chat/paths.ts";
import { exportPaths } from "./exports/paths.ts";
import { operatorPaths } from "./operator/paths.ts";
import { recordingPaths } from "./recordings/paths.ts";
import { videoPaths } from "./videos/paths.ts";

/**
 * Where each operation of the site's API is: all that a browser needs to call it. The schemas stand
 * apart, in `siteRoutes`, so that a page does not load them.
 */
export const sitePaths = {
  ...accountPaths,
  ...alertPaths,
  ...channelPaths,
  ...chatPaths,
  ...exportPaths,
  ...operatorPaths,
  ...recordingPaths,
  ...videoPaths,
} as const;
