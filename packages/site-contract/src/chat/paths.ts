import type { PathText } from "../route.ts";

export const chatPaths = {
  "chat.room": "GET /api/videos/{video}/chat",
  "chat.history": "GET /api/videos/{video}/chat/messages",
  "chat.replay": "GET /api/videos/{video}/chat/replay",
  "chat.send": "POST /api/videos/{video}/chat/messages",
  "chat.delete": "DELETE /api/chat/messages/{message}",
  "chat.report": "POST /api/chat/messages/{message}/reports",
  "chat.resolve": "POST /api/chat/messages/{message}/reports/resolve",
  "chat.settings": "GET /api/channels/{channel}/chat",
  "chat.changeSettings": "PATCH /api/channels/{channel}/chat",
  "chat.reports": "GET /api/channels/{channel}/chat/reports",
  "chat.bans": "GET /api/channels/{channel}/chat/bans",
  "chat.timeout": "POST /api/channels/{channel}/chat/timeouts",
  "chat.ban": "POST /api/channels/{channel}/chat/bans",
  "chat.unban": "DELETE /api/channels/{channel}/chat/bans/{person}",
  "chat.moderators": "GET /api/channels/{channel}/chat/moderators",
  "chat.addModerator": "POST /api/channels/{channel}/chat/moderators",
  "chat.removeModerator": "DELETE /api/channels/{channel}/chat/moderators/{person}",
} as const satisfies Record<string, PathText>;
