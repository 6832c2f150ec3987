import { SiteFault } from "@oxbow/site-contract";
import type { Kysely, Selectable } from "kysely";
import type { Schema, Tx } from "../store/index.ts";
import type { World } from "../world.ts";
import { tokenHash } from "./links.ts";

/** The invitation that a link is. Refuses with `gone` what is used, revoked, over, or never was. */
export async function findOpenInvitation(
  db: Kysely<Schema>,
  world: World,
  token: string,
): Promise<Selectable<Schema["invitations"]>> {
  const row = await db
    .selectFrom("invitations")
    .selectAll()
    .where("hash", "=", tokenHash(token))
    .executeTakeFirst();
  if (row === undefined || invitationState(row, world.now()) !== "open") throw over();
  return row;
}

/** Uses an open invitation up, for a person who has just been made. */
export async function useInvitation(
  tx: Tx,
  world: World,
  id: string,
  person: string,
): Promise<void> {
  const used = await tx
    .updateTable("invitations")
    .set({ used_by: person, used_at: world.now() })
    .where("id", "=", id)
    .where("used_at", "is", null)
    .where("revoked_at", "is", null)
    .returning("id")
    .executeTakeFirst();
  // Two at once: the other one was first.
  if (used === undefined) throw over();
}

export function invitationState(
  row: Pick<Selectable<Schema["invitations"]>, "used_at" | "revoked_at" | "expires_at">,
  now: number,
): "open" | "used" | "expired" | "revoked" {
  if (row.used_at !== null) return "used";
  if (row.revoked_at !== null) return "revoked";
  return row.expires_at <= now ? "expired" : "open";
}

function over(): SiteFault {
  return new SiteFault("gone", "This invitation is over, or was used", { reason: "link_over" });
}
