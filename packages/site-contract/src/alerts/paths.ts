import type { PathText } from "../route.ts";

export const alertPaths = {} as const satisfies Record<string, PathText>;
