import type { PathText } from "../route.ts";

export const chatPaths = {} as const satisfies Record<string, PathText>;
