import type { RoutesOf } from "../route.ts";
import type { alertPaths } from "./paths.ts";

export const alertRoutes = {} as const satisfies RoutesOf<typeof alertPaths>;
