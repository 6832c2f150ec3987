import { type ListedPerson, SiteFault } from "@oxbow/site-contract";
import { type Kysely, type Selectable, sql } from "kysely";
import { type HandlersOf, pageOf, textPlace } from "../calls/index.ts";
import type { Schema, Tx } from "../store/index.ts";
import { tellUpdate } from "../updates/index.ts";
import { audit } from "./audit.ts";
import { refuseLastOperator } from "./last-operator.ts";
import { likeText } from "./like-text.ts";
import type { Parts } from "./parts.ts";
import { folded, personOf, personOfRow } from "./people.ts";
import { removePerson } from "./remove-person.ts";
import { signedIn } from "./signed-in.ts";

type Row = Selectable<Schema["people"]> & { readonly seen_at: string | null };

/** What operators do with people's accounts. */
export function peopleHandlers(
  parts: Parts,
): Pick<
  HandlersOf<"accounts">,
  "accounts.people" | "accounts.changePerson" | "accounts.removePerson"
> {
  const { store, world } = parts;
  return {
    async "accounts.people"({ query }) {
      const after = textPlace(query.cursor);
      const { role, search = "" } = query;
      const rows = await listed(store.db)
        .$if(role !== undefined, (people) => people.where("role", "=", role ?? "viewer"))
        .$if(search !== "", (people) =>
          people.where(sql<boolean>`found_by like ${`%${likeText(folded(search))}%`} escape '\\'`),
        )
        .$if(after !== undefined, (people) =>
          people.where((eb) =>
            eb(
              eb.refTuple("people.created_at", "people.id"),
              "<",
              eb.tuple(after?.at ?? "", after?.id ?? ""),
            ),
          ),
        )
        .orderBy("people.created_at", "desc")
        .orderBy("people.id", "desc")
        .limit(query.limit + 1)
        .execute();
      const { shown, next } = pageOf(rows, query.limit, ({ created_at, id }) => ({
        at: created_at,
        id,
      }));
      return { items: shown.map(show), next };
    },

    async "accounts.changePerson"({ params, body, caller }) {
      const operator = signedIn(caller);
      return store.commit(async (tx) => {
        const before = await listed(tx).where("people.id", "=", params.person).executeTakeFirst();
        if (before === undefined) throw new SiteFault("not_found", "There is no such person");
        const role = body.role ?? before.role;
        const suspended = body.suspended ?? before.suspended === 1;
        if (role !== "operator" || suspended) {
          await refuseLastOperator(tx, before.id);
        }
        const updated_at = new Date(world.now()).toISOString();
        await tx
          .updateTable("people")
          .set({ role, suspended: suspended ? 1 : 0, updated_at })
          .where("id", "=", before.id)
          .execute();
        if (suspended) await tx.deleteFrom("sessions").where("person", "=", before.id).execute();
        const act = { person: operator, about: before.id, address: caller.address };
        if (role !== before.role) {
          const detail = { from: before.role, to: role };
          await audit(tx, world, { ...act, action: "person.role_changed", detail });
        }
        if (suspended !== (before.suspended === 1)) {
          const action = suspended ? "person.suspended" : "person.unsuspended";
          await audit(tx, world, { ...act, action });
        }
        const after = await listed(tx).where("people.id", "=", before.id).executeTakeFirstOrThrow();
        await tell(tx, parts, after);
        return show(after);
      });
    },

    async "accounts.removePerson"({ params, caller }) {
      const operator = signedIn(caller);
      if (params.person === operator.id) {
        throw new SiteFault("conflict", "Your own account goes by its own page", {
          reason: "own_account",
        });
      }
      await store.commit(async (tx) => {
        const person = await personOf(tx, params.person);
        if (person === undefined) throw new SiteFault("not_found", "There is no such person");
        await removePerson(tx, parts, person, { by: operator, address: caller.address });
      });
      return undefined;
    },
  };
}

/** Their open pages ask who they are, anew. */
async function tell(tx: Tx, { world }: Parts, row: Row): Promise<void> {
  const data = { role: row.role, suspended: row.suspended === 1 };
  await tellUpdate(tx, world, { topic: `me:${row.id}`, type: "person.changed", data });
}

function listed(db: Kysely<Schema>) {
  return db
    .selectFrom("people")
    .selectAll("people")
    .select((eb) =>
      eb
        .selectFrom("sessions")
        .select(({ fn }) => fn.max("sessions.updated_at").as("seen"))
        .whereRef("sessions.person", "=", "people.id")
        .as("seen_at"),
    );
}

function show(row: Row): ListedPerson {
  return { ...personOfRow(row), suspended: row.suspended === 1, seenAt: row.seen_at };
}
