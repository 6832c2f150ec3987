import type { PathText } from "../route.ts";

export const exportPaths = {
  "exports.list": "GET /api/exports",
  "exports.create": "POST /api/exports",
  "exports.get": "GET /api/exports/{wish}",
  "exports.abort": "POST /api/exports/{wish}/abort",
  "exports.retry": "POST /api/exports/{wish}/retry",
  "exports.publish": "POST /api/exports/{wish}/publish",
  "exports.recording": "POST /api/exports/{wish}/recording",
  "exports.untrimmed": "POST /api/exports/{wish}/untrimmed",
  "exports.dismiss": "POST /api/exports/{wish}/dismiss",
  "exports.download": "GET /api/exports/{wish}/download",
  "exports.choices": "GET /api/videos/{video}/export-choices",
} as const satisfies Record<string, PathText>;
