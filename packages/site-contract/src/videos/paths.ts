import type { PathText } from "../route.ts";

export const videoPaths = {
  "videos.home": "GET /api/videos/home",
  "videos.search": "GET /api/videos/search",
  "videos.mine": "GET /api/videos/mine",
  "videos.ofChannel": "GET /api/channels/{handle}/videos",
  "videos.plan": "POST /api/videos",
  "videos.view": "GET /api/videos/{video}",
  "videos.playback": "GET /api/videos/{video}/playback",
  "videos.update": "PATCH /api/videos/{video}",
  "videos.end": "POST /api/videos/{video}/end",
  "videos.mark": "POST /api/videos/{video}/markers",
  "videos.unmark": "DELETE /api/videos/{video}/markers/{marker}",
  "videos.unshownFiles": "GET /api/channels/{channel}/files",
  "videos.removeFile": "DELETE /api/channels/{channel}/files/{asset}",
  "videos.publishFile": "POST /api/videos/{video}/file",
  "videos.unpublish": "DELETE /api/videos/{video}/file",
  "videos.delete": "DELETE /api/videos/{video}",
  "videos.allowed": "GET /api/videos/{video}/people",
  "videos.allow": "POST /api/videos/{video}/people",
  "videos.disallow": "DELETE /api/videos/{video}/people/{person}",
} as const satisfies Record<string, PathText>;
