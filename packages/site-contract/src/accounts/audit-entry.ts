import { z } from "zod";

/** One act of weight, and who did it. Nobody changes or removes an entry. */
export const AuditEntry = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  /** Null where the site did it by itself. The name is that of the time. */
  person: z.object({ id: z.string(), name: z.string() }).nullable(),
  /** For example `video.deleted`. */
  action: z.string(),
  /** The id of what it was done to. */
  about: z.string(),
  detail: z.record(z.string(), z.unknown()),
  address: z.string(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;
