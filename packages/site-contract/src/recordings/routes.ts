import type { RoutesOf } from "../route.ts";
import type { recordingPaths } from "./paths.ts";

export const recordingRoutes = {} as const satisfies RoutesOf<typeof recordingPaths>;
