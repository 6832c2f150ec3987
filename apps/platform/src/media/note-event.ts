import type { Event } from "@oxbow/sdk";
import type { EventWay, Tx } from "../store/index.ts";
import type { World } from "../world.ts";
import type { EventProjections } from "./event-projection.ts";
import { thingOf } from "./thing-of.ts";

/** What became of an event that came. */
export type Noted = "applied" | "older" | "repeated";

/** An event that came, and how. */
export type Told = { readonly event: Event; readonly via: EventWay };

/**
 * Notes events that came, in order, and lets the projections learn from them; what one throws comes out,
 * and nothing of any is to be kept. What each became, in their order.
 */
export async function noteEvents(
  tx: Tx,
  world: World,
  projections: EventProjections,
  told: readonly Told[],
): Promise<readonly Noted[]> {
  const events = told.map(({ event }) => event);
  const inbox = await knownEvents(tx, events);
  const things = await knownThings(tx, events);
  const notes: EventNote[] = [];
  const learnt: Event[] = [];
  const outcomes: Noted[] = [];
  for (const { event, via } of told) {
    const before = inbox.get(event.id);
    if (before !== undefined && before.outcome !== "failing") {
      outcomes.push("repeated");
      continue;
    }
    const thing = thingOf(event);
    // Something newer of the same thing is known.
    const isOlder = thing !== undefined && (things.get(thing) ?? 0) > event.sequence;
    const outcome = isOlder ? "older" : "applied";
    if (!isOlder) {
      for (const { types, apply } of Object.values(projections)) {
        if (types.includes(event.type)) await apply(tx, event);
      }
      learnt.push(event);
      if (thing !== undefined) things.set(thing, event.sequence);
    }
    const attempts = (before?.attempts ?? 0) + 1;
    inbox.set(event.id, { outcome, attempts });
    notes.push({ event, via, outcome, attempts });
    outcomes.push(outcome);
  }
  await noteThings(tx, world, learnt);
  await noteOutcomes(tx, world, notes);
  return outcomes;
}

type Known = { readonly outcome: EventNote["outcome"]; readonly attempts: number };

async function knownEvents(tx: Tx, events: readonly Event[]): Promise<Map<string, Known>> {
  const rows = await tx
    .selectFrom("media_inbox")
    .select(["id", "outcome", "attempts"])
    .where(
      "id",
      "in",
      events.map(({ id }) => id),
    )
    .execute();
  return new Map(rows.map(({ id, ...known }) => [id, known]));
}

/** The newest sequence that is known of each thing. */
async function knownThings(tx: Tx, events: readonly Event[]): Promise<Map<string, number>> {
  const names = events.flatMap((event) => thingOf(event) ?? []);
  if (names.length === 0) return new Map();
  const rows = await tx
    .selectFrom("media_things")
    .select(["thing", "sequence"])
    .where("thing", "in", names)
    .execute();
  return new Map(rows.map(({ thing, sequence }) => [thing, sequence]));
}

/** From now on what is older of the same things is left out. */
export async function noteThings(tx: Tx, world: World, events: readonly Event[]): Promise<void> {
  const newest = new Map<string, number>();
  for (const event of events) {
    const thing = thingOf(event);
    if (thing !== undefined) newest.set(thing, event.sequence);
  }
  if (newest.size === 0) return;
  const seen_at = world.now();
  await tx
    .insertInto("media_things")
    .values([...newest].map(([thing, sequence]) => ({ thing, sequence, seen_at })))
    .onConflict((conflict) =>
      conflict.column("thing").doUpdateSet((row) => ({
        sequence: row.ref("excluded.sequence"),
        seen_at: row.ref("excluded.seen_at"),
      })),
    )
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

export async function noteOutcomes(
  tx: Tx,
  world: World,
  notes: readonly EventNote[],
): Promise<void> {
  if (notes.length === 0) return;
  await tx
    .insertInto("media_inbox")
    .values(notes.map((note) => inboxRow(note, world.now())))
    .onConflict((conflict) =>
      conflict.column("id").doUpdateSet((row) => ({
        outcome: row.ref("excluded.outcome"),
        attempts: row.ref("excluded.attempts"),
        error: row.ref("excluded.error"),
        failing: row.ref("excluded.failing"),
        event: row.ref("excluded.event"),
      })),
    )
    .execute();
}

function inboxRow({ event, via, outcome, attempts, error, failing }: EventNote, now: number) {
  const isKept = outcome === "failing" || outcome === "poisoned";
  return {
    id: event.id,
    sequence: event.sequence,
    type: event.type,
    stream: event.stream?.id ?? null,
    time: Date.parse(event.time),
    received_at: now,
    via,
    outcome,
    attempts,
    error: error ?? null,
    failing: failing === undefined ? null : JSON.stringify(failing),
    event: isKept ? JSON.stringify(event) : null,
  };
}
