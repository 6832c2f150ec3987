import { SiteFault } from "@oxbow/site-contract";
import type { HandlersOf } from "../calls/index.ts";
import { tellSessionChanged } from "../updates/index.ts";
import { refuseWrongPassword } from "./known-password.ts";
import type { Parts } from "./parts.ts";
import { foundBy, personOfRow } from "./people.ts";
import { removePerson } from "./remove-person.ts";
import { sessionFor } from "./session-handlers.ts";
import { signedIn } from "./signed-in.ts";

type Names =
  | "accounts.change"
  | "accounts.remove"
  | "accounts.sessions"
  | "accounts.endSession"
  | "accounts.endOtherSessions";

/** What people do with their own accounts. */
export function ownAccountHandlers(parts: Parts): Pick<HandlersOf<"accounts">, Names> {
  const { store, world, authentication } = parts;
  return {
    async "accounts.change"({ body, caller }) {
      const { id, email } = signedIn(caller);
      const { name, language } = body;
      return store.commit(async (tx) => {
        const row = await tx
          .updateTable("people")
          .set({
            ...(name !== undefined && { name, found_by: foundBy({ name, email }) }),
            ...(language !== undefined && { language }),
            updated_at: new Date(world.now()).toISOString(),
          })
          .where("id", "=", id)
          .returningAll()
          .executeTakeFirstOrThrow();
        return personOfRow(row);
      });
    },

    async "accounts.remove"({ body, caller, cookies }) {
      const person = signedIn(caller);
      await refuseWrongPassword(parts, person.id, body.password);
      await store.commit((tx) =>
        removePerson(tx, parts, person, { by: person, address: caller.address }),
      );
      await authentication.signOut(cookies);
      return sessionFor(parts, { person: null, address: caller.address });
    },

    async "accounts.sessions"({ caller, cookies }) {
      const { id } = signedIn(caller);
      const here = await authentication.sessionOf(cookies);
      const rows = await store.db
        .selectFrom("sessions")
        .selectAll()
        .where("person", "=", id)
        .where("expires_at", ">", new Date(world.now()).toISOString())
        .orderBy("updated_at", "desc")
        .limit(100)
        .execute();
      const items = rows.map((row) => ({
        id: row.id,
        current: row.id === here?.id,
        agent: row.agent === "" ? null : row.agent,
        address: row.address === "" ? null : row.address,
        createdAt: row.created_at,
        seenAt: row.updated_at,
      }));
      return { items };
    },

    async "accounts.endSession"({ params, caller }) {
      const { id } = signedIn(caller);
      const ended = await store.commit(async (tx) => {
        const row = await tx
          .deleteFrom("sessions")
          .where("id", "=", params.session)
          .where("person", "=", id)
          .returning("id")
          .executeTakeFirst();
        if (row !== undefined) await tellSessionChanged(tx, world, id);
        return row;
      });
      if (ended === undefined) throw new SiteFault("not_found", "There is no such session");
      return undefined;
    },

    async "accounts.endOtherSessions"({ caller, cookies }) {
      const { id } = signedIn(caller);
      const here = await authentication.sessionOf(cookies);
      await store.commit(async (tx) => {
        await tx
          .deleteFrom("sessions")
          .where("person", "=", id)
          .where("id", "<>", here?.id ?? "")
          .execute();
        await tellSessionChanged(tx, world, id);
      });
      return undefined;
    },
  };
}
