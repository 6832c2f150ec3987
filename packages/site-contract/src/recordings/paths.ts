import type { PathText } from "../route.ts";

export const recordingPaths = {} as const satisfies Record<string, PathText>;
