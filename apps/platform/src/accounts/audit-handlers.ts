import { sql } from "kysely";
import { type HandlersOf, numberPlace, pageOf } from "../calls/index.ts";
import { likeText } from "./like-text.ts";
import type { Parts } from "./parts.ts";

/** What was done, by whom: newest first. */
export function auditHandlers({
  store,
}: Pick<Parts, "store">): Pick<HandlersOf<"accounts">, "accounts.audit"> {
  return {
    async "accounts.audit"({ query }) {
      const { action, person, about, limit } = query;
      const after = numberPlace(query.cursor);
      const rows = await store.db
        .selectFrom("audit")
        .selectAll()
        .$if(action !== undefined, (entries) =>
          entries.where((eb) =>
            eb.or([
              eb("action", "=", action ?? ""),
              // Not by a range: the order of signs is not the same in every database.
              sql<boolean>`action like ${`${likeText((action ?? "").replace(/\.$/, ""))}.%`} escape '\\'`,
            ]),
          ),
        )
        .$if(person !== undefined, (entries) => entries.where("person", "=", person ?? ""))
        .$if(about !== undefined, (entries) => entries.where("about", "=", about ?? ""))
        .$if(after !== undefined, (entries) =>
          entries.where((eb) =>
            eb(eb.refTuple("at", "id"), "<", eb.tuple(after?.at ?? 0, after?.id ?? "")),
          ),
        )
        .orderBy("at", "desc")
        .orderBy("id", "desc")
        .limit(limit + 1)
        .execute();
      const { shown, next } = pageOf(rows, limit, ({ at, id }) => ({ at, id }));
      return {
        items: shown.map((row) => ({
          id: row.id,
          at: new Date(row.at).toISOString(),
          person: row.person === null ? null : { id: row.person, name: row.person_name ?? "" },
          action: row.action,
          about: row.about,
          detail: Object(JSON.parse(row.detail)),
          address: row.address,
        })),
        next,
      };
    },
  };
}
