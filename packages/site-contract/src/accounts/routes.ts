import type { RoutesOf } from "../route.ts";
import type { accountPaths } from "./paths.ts";

export const accountRoutes = {} as const satisfies RoutesOf<typeof accountPaths>;
