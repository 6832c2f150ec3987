import type { PathText } from "../route.ts";

export const channelPaths = {} as const satisfies Record<string, PathText>;
