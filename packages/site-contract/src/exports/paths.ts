import type { PathText } from "../route.ts";

export const exportPaths = {} as const satisfies Record<string, PathText>;
