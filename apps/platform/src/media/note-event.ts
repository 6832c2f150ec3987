import type { Event } from "@oxbow/sdk";
import type { EventWay, Tx } from "../store/index.ts";
import type { World } from "../world.ts";
import type { EventProjections } from "./event-projection.ts";
import { thingOf } from "./thing-of.ts";

/** What became of an event that came. */
export type Noted = "applied" | "older" | "repeated";

/** Notes an event that came, and lets the projections learn from it; what one throws comes out. */
export async function noteEvent(
  tx: Tx,
  world: World,
  projections: EventProjections,
  { event, via }: { readonly event: Event; readonly via: EventWay },
): Promise<Noted> {
  const before = await tx
    .selectFrom("media_inbox")
    .select(["outcome", "attempts"])
    .where("id", "=", event.id)
    .executeTakeFirst();
  if (before !== undefined && before.outcome !== "failing") return "repeated";
  const outcome = (await isOlder(tx, event)) ? "older" : "applied";
  if (outcome === "applied") {
    for (const { types, apply } of Object.values(projections)) {
      if (types.includes(event.type)) await apply(tx, event);
    }
    await noteThing(tx, world, event);
  }
  const attempts = (before?.attempts ?? 0) + 1;
  await noteOutcome(tx, world, { event, via, outcome, attempts });
  return outcome;
}

/** Whether something newer of the same thing is known. */
async function isOlder(tx: Tx, event: Event): Promise<boolean> {
  const thing = thingOf(event);
  if (thing === undefined) return false;
  const known = await tx
    .selectFrom("media_things")
    .select("sequence")
    .where("thing", "=", thing)
    .executeTakeFirst();
  return known !== undefined && known.sequence > event.sequence;
}

/** From now on what is older of the same thing is left out. */
export async function noteThing(tx: Tx, world: World, event: Event): Promise<void> {
  const thing = thingOf(event);
  if (thing === undefined) return;
  const { sequence } = event;
  const seen_at = world.now();
  await tx
    .insertInto("media_things")
    .values({ thing, sequence, seen_at })
    .onConflict((conflict) => conflict.column("thing").doUpdateSet({ sequence, seen_at }))
    .execute();
}

/** An event in the inbox, as far as it went. */
export type EventNote = {
  readonly event: Event;
  readonly via: EventWay;
  readonly outcome: "applied" | "older" | "failing" | "poisoned";
  readonly attempts: number;
  readonly error?: string;
  /** Names of the projections that could not apply it. */
  readonly failing?: readonly string[];
};

export async function noteOutcome(tx: Tx, world: World, note: EventNote): Promise<void> {
  const { event, via, outcome, attempts, error, failing } = note;
  const isKept = outcome === "failing" || outcome === "poisoned";
  const result = {
    outcome,
    attempts,
    error: error ?? null,
    failing: failing === undefined ? null : JSON.stringify(failing),
    event: isKept ? JSON.stringify(event) : null,
  };
  await tx
    .insertInto("media_inbox")
    .values({
      ...result,
      id: event.id,
      sequence: event.sequence,
      type: event.type,
      stream: event.stream?.id ?? null,
      time: Date.parse(event.time),
      received_at: world.now(),
      via,
    })
    .onConflict((conflict) => conflict.column("id").doUpdateSet(result))
    .execute();
}
