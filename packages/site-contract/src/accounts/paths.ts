import type { PathText } from "../route.ts";

export const accountPaths = {} as const satisfies Record<string, PathText>;
