import type { RoutesOf } from "../route.ts";
import type { channelPaths } from "./paths.ts";

export const channelRoutes = {} as const satisfies RoutesOf<typeof channelPaths>;
