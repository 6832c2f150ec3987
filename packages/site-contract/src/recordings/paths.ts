import type { PathText } from "../route.ts";

export const recordingPaths = {
  "recordings.get": "GET /api/videos/{video}/recording",
} as const satisfies Record<string, PathText>;
