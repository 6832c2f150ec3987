import { z } from "zod";
import type { RoutesOf } from "../route.ts";
import { Alert, alertMailWishes } from "./alert.ts";
import type { alertPaths } from "./paths.ts";

/** For the badge: alerts that are open, and those of them that came since this operator looked. */
const AlertUnread = z.object({ open: z.int().min(0), unread: z.int().min(0) });

const AlertMail = z.object({ from: z.enum(alertMailWishes) });

export const alertRoutes = {
  "alerts.list": {
    access: "operator",
    query: z.object({
      state: z.enum(["open", "resolved"]).default("open"),
      cursor: z.string().max(100).optional(),
      limit: z.coerce.number<string | number>().int().min(1).max(100).default(50),
    }),
    response: z.object({ items: z.array(Alert), next: z.string().nullable() }),
  },
  "alerts.unread": { access: "operator", response: AlertUnread },
  /** All that is there now was seen by this operator. */
  "alerts.see": { access: "operator", response: AlertUnread },
  "alerts.resolve": { access: "operator", response: Alert },
  "alerts.getMail": { access: "operator", response: AlertMail },
  "alerts.setMail": { access: "operator", body: AlertMail, response: AlertMail },
} as const satisfies RoutesOf<typeof alertPaths>;
