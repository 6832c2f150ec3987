import { type Invitation, SiteFault } from "@oxbow/site-contract";
import type { Kysely } from "kysely";
import { type HandlersOf, numberPlace, pageOf } from "../calls/index.ts";
import type { Schema } from "../store/index.ts";
import { audit } from "./audit.ts";
import { invitationState } from "./invitations.ts";
import { newToken, tokenHash } from "./links.ts";
import type { Parts } from "./parts.ts";
import { signedIn } from "./signed-in.ts";
import { setSignUpPolicy, signUpPolicy } from "./site-values.ts";

type Names =
  | "accounts.invitations"
  | "accounts.invite"
  | "accounts.revokeInvitation"
  | "accounts.signUpPolicy"
  | "accounts.changeSignUpPolicy";

const DAY_MS = 86_400_000;

/** Who may come in: invitations, and who needs one. */
export function invitationHandlers(parts: Parts): Pick<HandlersOf<"accounts">, Names> {
  const { store, world } = parts;
  return {
    async "accounts.invitations"({ query }) {
      const after = numberPlace(query.cursor);
      const rows = await listed(store.db)
        .$if(after !== undefined, (invitations) =>
          invitations.where((eb) =>
            eb(
              eb.refTuple("invitations.created_at", "invitations.id"),
              "<",
              eb.tuple(after?.at ?? 0, after?.id ?? ""),
            ),
          ),
        )
        .orderBy("invitations.created_at", "desc")
        .orderBy("invitations.id", "desc")
        .limit(query.limit + 1)
        .execute();
      const now = world.now();
      const { shown, next } = pageOf(rows, query.limit, ({ created_at, id }) => ({
        at: created_at,
        id,
      }));
      return { items: shown.map((row) => show(row, now)), next };
    },

    async "accounts.invite"({ body, caller }) {
      const operator = signedIn(caller);
      const token = newToken();
      const now = world.now();
      const invitation = await store.commit(async (tx) => {
        const id = world.id("inv");
        await tx
          .insertInto("invitations")
          .values({
            id,
            hash: tokenHash(token),
            role: body.role,
            note: body.note,
            created_by: operator.id,
            used_by: null,
            used_at: null,
            revoked_at: null,
            created_at: now,
            expires_at: now + body.days * DAY_MS,
          })
          .execute();
        const detail = { role: body.role, note: body.note };
        const act = { action: "invitation.made", about: id, address: caller.address };
        await audit(tx, world, { person: operator, detail, ...act });
        return listed(tx).where("invitations.id", "=", id).executeTakeFirstOrThrow();
      });
      return {
        invitation: show(invitation, now),
        url: `${parts.siteUrl()}/invitation/${token}`,
      };
    },

    async "accounts.revokeInvitation"({ params, caller }) {
      await store.commit(async (tx) => {
        const revoked = await tx
          .updateTable("invitations")
          .set({ revoked_at: world.now() })
          .where("id", "=", params.invitation)
          .where("used_at", "is", null)
          .where("revoked_at", "is", null)
          .returning("id")
          .executeTakeFirst();
        if (revoked === undefined) {
          throw new SiteFault("not_found", "There is no such invitation that is open");
        }
        const act = { action: "invitation.revoked", about: revoked.id, address: caller.address };
        await audit(tx, world, { person: signedIn(caller), ...act });
      });
      return undefined;
    },

    async "accounts.signUpPolicy"() {
      return { signUp: await signUpPolicy(store.db) };
    },

    async "accounts.changeSignUpPolicy"({ body, caller }) {
      await store.commit(async (tx) => {
        const from = await signUpPolicy(tx);
        await setSignUpPolicy(tx, body.signUp);
        const detail = { from, to: body.signUp };
        const act = { action: "site.sign_up_changed", about: "site", address: caller.address };
        await audit(tx, world, { person: signedIn(caller), detail, ...act });
      });
      return body;
    },
  };
}

function listed(db: Kysely<Schema>) {
  return db
    .selectFrom("invitations")
    .leftJoin("people as maker", "maker.id", "invitations.created_by")
    .leftJoin("people as user", "user.id", "invitations.used_by")
    .selectAll("invitations")
    .select(["maker.name as maker_name", "user.name as user_name"]);
}

type Row = Awaited<ReturnType<ReturnType<typeof listed>["executeTakeFirstOrThrow"]>>;

function show(row: Row, now: number): Invitation {
  return {
    id: row.id,
    role: row.role,
    note: row.note,
    state: invitationState(row, now),
    createdAt: new Date(row.created_at).toISOString(),
    expiresAt: new Date(row.expires_at).toISOString(),
    by: named(row.created_by, row.maker_name),
    person: named(row.used_by, row.user_name),
  };
}

function named(id: string | null, name: string | null): { id: string; name: string } | null {
  return id === null || name === null ? null : { id, name };
}
