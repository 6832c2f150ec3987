import type { RoutesOf } from "../route.ts";
import type { recordingPaths } from "./paths.ts";
import { Recording } from "./recording.ts";

export const recordingRoutes = {
  /** Of one's own channel, or for operators; `gone` where the archive has nothing of it any more. */
  "recordings.get": { access: "streamer", response: Recording },
} as const satisfies RoutesOf<typeof recordingPaths>;
