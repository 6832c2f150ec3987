import type { RoutesOf } from "../route.ts";
import type { exportPaths } from "./paths.ts";

export const exportRoutes = {} as const satisfies RoutesOf<typeof exportPaths>;
