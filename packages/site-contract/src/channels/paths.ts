import type { PathText } from "../route.ts";

export const channelPaths = {
  "channels.list": "GET /api/channels",
  "channels.mine": "GET /api/channels/mine",
  "channels.view": "GET /api/channels/by-handle/{handle}",
  "channels.create": "POST /api/channels",
  "channels.update": "PATCH /api/channels/{channel}",
  "channels.handOver": "POST /api/channels/{channel}/hand-over",
  "channels.publishing": "GET /api/channels/{channel}/publishing",
  "channels.revealKey": "POST /api/channels/{channel}/key/reveal",
  "channels.resetKey": "POST /api/channels/{channel}/key/reset",
  "channels.rejected": "GET /api/channels/{channel}/rejected",
  "channels.health": "GET /api/channels/{channel}/health",
  "channels.startTest": "POST /api/channels/{channel}/test",
  "channels.stopTest": "DELETE /api/channels/{channel}/test",
} as const satisfies Record<string, PathText>;
