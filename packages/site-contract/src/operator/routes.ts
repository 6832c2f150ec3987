import type { RoutesOf } from "../route.ts";
import type { operatorPaths } from "./paths.ts";

export const operatorRoutes = {} as const satisfies RoutesOf<typeof operatorPaths>;
