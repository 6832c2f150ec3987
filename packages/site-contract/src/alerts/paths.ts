import type { PathText } from "../route.ts";

export const alertPaths = {
  "alerts.list": "GET /api/alerts",
  "alerts.unread": "GET /api/alerts/unread",
  "alerts.see": "POST /api/alerts/see",
  "alerts.resolve": "POST /api/alerts/{alert}/resolve",
  "alerts.getMail": "GET /api/alerts/mail",
  "alerts.setMail": "PUT /api/alerts/mail",
} as const satisfies Record<string, PathText>;
