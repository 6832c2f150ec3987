import type { RoutesOf } from "../route.ts";
import type { chatPaths } from "./paths.ts";

export const chatRoutes = {} as const satisfies RoutesOf<typeof chatPaths>;
