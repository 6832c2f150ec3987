import type { PathText } from "../route.ts";

export const videoPaths = {} as const satisfies Record<string, PathText>;
