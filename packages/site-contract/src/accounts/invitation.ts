import { z } from "zod";
import { Role } from "./person.ts";

/** A link that makes one account. */
export const Invitation = z.object({
  id: z.string(),
  role: Role,
  /** For whom, in the operator's words. */
  note: z.string(),
  state: z.enum(["open", "used", "expired", "revoked"]),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  /** Who made it; null where they have no account any more. */
  by: z.object({ id: z.string(), name: z.string() }).nullable(),
  /** Who used it. */
  person: z.object({ id: z.string(), name: z.string() }).nullable(),
});
export type Invitation = z.infer<typeof Invitation>;

/** The link itself, told once: only its hash is kept. */
export const NewInvitation = z.object({ invitation: Invitation, url: z.url() });
export type NewInvitation = z.infer<typeof NewInvitation>;
