import { type Client, OxbowError } from "@oxbow/sdk";
import { plannedFor, planTurnsAt } from "@oxbow/site-contract/planned-for";
import type { Selectable } from "kysely";
import type { Schema, Store, Tx } from "../store/index.ts";
import { scheduleTask } from "../tasks/index.ts";
import type { World } from "../world.ts";
import { type ChannelRow, channelById, type Db, defaultsOf } from "./channel-row.ts";

/** Kind of the task that sets a stream for its next broadcast; its payload is the channel's id. */
export const PREPARE_NEXT = "channels.prepareNext";
/** How long a call waits for the media server, in milliseconds. */
const PATIENCE = 2_000;
/** When the task looks after it: by then no call that wished for it is under way, so it has the last word. */
const GRACE = 3_000;

export type NextParts = {
  readonly store: Store;
  readonly world: World;
  readonly media: Pick<Client, "streams">;
};

type Planned = Pick<
  Selectable<Schema["videos"]>,
  "title" | "latency" | "record" | "state" | "scheduled_at" | "created_at"
>;

/**
 * Wants a channel's stream to be set for what comes next: after a broadcast, and with every plan that
 * is made, changed or discarded, or the next would be recorded or not as another was to be.
 */
export function schedulePrepareNext(
  tx: Tx,
  world: World,
  channel: string,
  at = world.now(),
): Promise<void> {
  return scheduleTask(tx, world, { kind: PREPARE_NEXT, key: channel, payload: channel, at });
}

/** Likewise, by a call that is going to do it with `prepareSoon`: for where that fails. */
export function schedulePrepareSoon(tx: Tx, world: World, channel: string): Promise<void> {
  return schedulePrepareNext(tx, world, channel, world.now() + GRACE);
}

/** Sets the stream before a call is answered, where the media server answers soon; the task does otherwise. */
export async function prepareSoon(on: NextParts, channel: string): Promise<void> {
  const signal = AbortSignal.timeout(PATIENCE);
  try {
    await prepareNext(on, channel, signal);
  } catch (err) {
    if (!(err instanceof OxbowError) && !signal.aborted) throw err;
    on.world.log.warn({ err, channel }, "the stream is not set for its next broadcast yet");
  }
}

/** The task: sets the stream, and comes again when another plan's time has come. Throws OxbowError. */
export async function runPrepareNext(
  on: NextParts,
  channel: string,
  signal: AbortSignal,
): Promise<void> {
  const { store, world } = on;
  await prepareNext(on, channel, signal);
  const plans = (await openVideos(store.db, channel)).map(planOf);
  const at = planTurnsAt(plans, world.now());
  if (at === null) return;
  const key = `${channel} turn`;
  await store.commit((tx) =>
    scheduleTask(tx, world, { kind: PREPARE_NEXT, key, payload: channel, at }),
  );
}

/**
 * The media server was away, and is back: an encoder that waited for it comes back as soon, and what
 * could not be set is set before the tasks' own time.
 */
export async function prepareAllNow(tx: Tx, world: World): Promise<void> {
  const failed = await tx
    .selectFrom("tasks")
    .select("payload")
    .where("kind", "=", PREPARE_NEXT)
    .where("last_error", "is not", null)
    .execute();
  for (const { payload } of failed)
    await schedulePrepareNext(tx, world, String(JSON.parse(payload)));
}

async function prepareNext(on: NextParts, id: string, signal: AbortSignal): Promise<void> {
  const { store, world, media } = on;
  const channel = await channelById(store.db, id);
  if (channel === undefined || channel.stream === null) return;
  const videos = await openVideos(store.db, id);
  const onAir = videos.find(({ state }) => state !== "planned");
  const stream = await media.streams.get(channel.stream, { signal });
  // What is on air, here or there, stays as it began: its end is told, and this is done then.
  const isOnAir = onAir !== undefined || stream.broadcast !== null;
  const wanted = isOnAir
    ? { ...(onAir === undefined ? {} : { title: onAir.title }) }
    : settingsOf(channel, plannedFor(videos.map(planOf), world.now()));
  const now = new Map<string, unknown>(Object.entries(stream));
  const change = Object.entries(wanted).filter(([name, value]) => now.get(name) !== value);
  if (change.length === 0) return;
  await media.streams.update(channel.stream, Object.fromEntries(change), { signal });
}

/** As the plan says, or as the channel does. */
function settingsOf(channel: ChannelRow, plan: Planned | undefined) {
  const { quality: ladder, title, latency, record } = defaultsOf(channel);
  if (plan === undefined) return { title, latency, record, ladder };
  return { title: plan.title, latency: plan.latency, record: plan.record === 1, ladder };
}

function openVideos(db: Db, channel: string): Promise<Planned[]> {
  return db
    .selectFrom("videos")
    .select(["title", "latency", "record", "state", "scheduled_at", "created_at"])
    .where("channel", "=", channel)
    .where("state", "<>", "ended")
    .where("deleted_at", "is", null)
    .execute();
}

const planOf = (video: Planned) => ({
  ...video,
  scheduledAt: video.scheduled_at,
  createdAt: video.created_at,
});
