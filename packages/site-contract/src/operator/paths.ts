import type { PathText } from "../route.ts";

export const operatorPaths = {} as const satisfies Record<string, PathText>;
