import type { RoutesOf } from "../route.ts";
import type { videoPaths } from "./paths.ts";

export const videoRoutes = {} as const satisfies RoutesOf<typeof videoPaths>;
