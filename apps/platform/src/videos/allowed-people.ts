import { type AllowedPerson, SiteFault } from "@oxbow/site-contract";
import { audit, peopleOf } from "../accounts/index.ts";
import type { Caller } from "../calls/index.ts";
import { tellListenersChanged } from "../updates/index.ts";
import { requireEdit } from "./access.ts";
import { movePoster } from "./posters.ts";
import { tellVideo } from "./tell-video.ts";
import type { VideoParts } from "./video-parts.ts";

/** People who may watch one private video. */
const MOST_PEOPLE = 500;

type Parts = Pick<VideoParts, "store" | "world">;

/** Those who are named for a video, by their names. */
export async function allowedPeople(
  { store }: Parts,
  caller: Caller,
  id: string,
): Promise<AllowedPerson[]> {
  await requireEdit(store.db, caller.person, id);
  const rows = await store.db
    .selectFrom("video_people")
    .select("person")
    .where("video", "=", id)
    .execute();
  const people = await peopleOf(
    store.db,
    rows.map(({ person }) => person),
  );
  return [...people.values()]
    .map(({ id: person, name, email }) => ({ id: person, name, email }))
    .toSorted((a, b) => a.name.localeCompare(b.name));
}

/** Names somebody who has an account. Refuses with `not_found` (`person_unknown`), `conflict` (`too_many`). */
export async function allowPerson(
  { store, world }: Parts,
  caller: Caller,
  id: string,
  email: string,
): Promise<AllowedPerson> {
  await requireEdit(store.db, caller.person, id);
  return store.commit(async (tx) => {
    const found = await tx
      .selectFrom("people")
      .select(["id", "name", "email"])
      .where("email", "=", email.toLowerCase())
      .executeTakeFirst();
    if (found === undefined)
      throw new SiteFault("not_found", "Nobody has an account with this address", {
        reason: "person_unknown",
        field: "email",
      });
    const named = await tx
      .selectFrom("video_people")
      .select((count) => count.fn.countAll<number | string>().as("count"))
      .where("video", "=", id)
      .executeTakeFirstOrThrow();
    if (Number(named.count) >= MOST_PEOPLE)
      throw new SiteFault("conflict", `At most ${MOST_PEOPLE} people`, { reason: "too_many" });
    await tx
      .insertInto("video_people")
      .values({ video: id, person: found.id })
      .onConflict((on) => on.doNothing())
      .execute();
    const { person, address } = caller;
    const detail = { person: found.id };
    await audit(tx, world, { person, action: "video.allowed", about: id, detail, address });
    return found;
  });
}

/** From now on somebody may not watch any more; a token that they have ends within its quarter of an hour. */
export async function disallowPerson(
  { store, world }: Parts,
  caller: Caller,
  id: string,
  person: string,
): Promise<void> {
  await store.commit(async (tx) => {
    const row = await requireEdit(tx, caller.person, id);
    await tx
      .deleteFrom("video_people")
      .where("video", "=", id)
      .where("person", "=", person)
      .execute();
    await movePoster(tx, world, row);
    await tellVideo(tx, world, id);
    await tellListenersChanged(tx, world, `video:${id}`);
    await tellListenersChanged(tx, world, `chat:${id}`);
    await audit(tx, world, {
      person: caller.person,
      action: "video.disallowed",
      about: id,
      detail: { person },
      address: caller.address,
    });
  });
}
