import { type AlertMailWish, type AnswerOf, type QueryOf, SiteFault } from "@oxbow/site-contract";
import { audit } from "../accounts/index.ts";
import { type Caller, type HandlersOf, numberPlace, pageOf } from "../calls/index.ts";
import type { Store, Tx } from "../store/index.ts";
import type { World } from "../world.ts";
import { mailWishOf } from "./alert-mail.ts";
import { type AlertRow, toAlert } from "./alert-row.ts";
import { resolveAlert } from "./raise-alert.ts";
import type { Reads } from "./site-values.ts";

type AlertPage = AnswerOf<"alerts.list">;

/** What operators see and do about alerts. */
export function alertHandlers({
  store,
  world,
}: {
  readonly store: Store;
  readonly world: World;
}): HandlersOf<"alerts"> {
  return {
    "alerts.list": ({ query }) => listAlerts(store, query),
    "alerts.unread": ({ caller }) => unread(store, personIn(caller).id),
    "alerts.see": async ({ caller }) => {
      const { id } = personIn(caller);
      await store.commit((tx) => change(tx, id, { seen_at: world.now() }));
      return unread(store, id);
    },
    "alerts.resolve": async ({ params, caller }) => {
      const person = personIn(caller);
      await store.commit(async (tx) => {
        const row = await find(tx, params.alert);
        if (row.open_key === null) return;
        await resolveAlert(tx, world, row, person.name);
        const { kind, key } = row;
        await audit(tx, world, {
          person,
          action: "alert.resolved",
          about: row.id,
          detail: { kind, key },
          address: caller.address,
        });
      });
      return toAlert(await find(store.db, params.alert));
    },
    "alerts.getMail": async ({ caller }) => ({
      from: await mailWishOf(store.db, personIn(caller).id),
    }),
    "alerts.setMail": async ({ caller, body }) => {
      await store.commit((tx) => change(tx, personIn(caller).id, { mail_from: body.from }));
      return body;
    },
  };
}

function personIn({ person }: Caller): NonNullable<Caller["person"]> {
  if (person === null) throw new SiteFault("not_signed_in", "Alerts are shown to operators");
  return person;
}

async function find(reads: Reads, id: string): Promise<AlertRow> {
  const found = reads.selectFrom("alerts").selectAll().where("id", "=", id);
  const row = await found.executeTakeFirst();
  if (row === undefined) throw new SiteFault("not_found", `There is no alert "${id}"`);
  return row;
}

/** The newest first. */
async function listAlerts({ db }: Store, query: QueryOf<"alerts.list">): Promise<AlertPage> {
  const { state, cursor, limit } = query;
  const after = numberPlace(cursor);
  const rows = await db
    .selectFrom("alerts")
    .selectAll()
    .where("open_key", state === "open" ? "is not" : "is", null)
    .$if(after !== undefined, (alerts) =>
      alerts.where((is) =>
        is(is.refTuple("last_at", "id"), "<", is.tuple(after?.at ?? 0, after?.id ?? "")),
      ),
    )
    .orderBy("last_at", "desc")
    .orderBy("id", "desc")
    .limit(limit + 1)
    .execute();
  const { shown, next } = pageOf(rows, limit, ({ last_at, id }) => ({ at: last_at, id }));
  return { items: shown.map(toAlert), next };
}

async function unread({ db }: Store, person: string): Promise<AnswerOf<"alerts.unread">> {
  const reader = await db
    .selectFrom("alert_readers")
    .select("seen_at")
    .where("person", "=", person)
    .executeTakeFirst();
  const seen = reader?.seen_at ?? -1;
  const { open, unread: unseen } = await db
    .selectFrom("alerts")
    .select(({ fn }) => [
      fn.countAll().as("open"),
      fn.count("id").filterWhere("last_at", ">", seen).as("unread"),
    ])
    .where("open_key", "is not", null)
    .executeTakeFirstOrThrow();
  return { open: Number(open), unread: Number(unseen) };
}

async function change(
  tx: Tx,
  person: string,
  now: { readonly seen_at: number } | { readonly mail_from: AlertMailWish },
): Promise<void> {
  const mail_from = await mailWishOf(tx, person);
  await tx
    .insertInto("alert_readers")
    .values({ person, seen_at: -1, mail_from, ...now })
    .onConflict((conflict) => conflict.column("person").doUpdateSet(now))
    .execute();
}
