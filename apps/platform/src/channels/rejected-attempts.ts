import type { EventOf } from "@oxbow/sdk";
import type { RejectedAttempt } from "@oxbow/site-contract";
import type { Selectable } from "kysely";
import type { Schema, Tx } from "../store/index.ts";
import { tellUpdate } from "../updates/index.ts";
import type { World } from "../world.ts";
import { channelByStream, type Db, timeText } from "./channel-row.ts";
import { hostOf } from "./encoder-address.ts";

/** How many are told, and kept for each channel. */
const TOLD = 20;
/** How many are kept whose key belongs to no channel. */
const KEPT_STRANGERS = 500;
/** How long an owner's address tells whose a stranger may be, in milliseconds. */
const SEEN = 12 * 3_600_000;
/** Channels that are told of one stranger: an office may share an address. */
const MOST_TOLD = 10;

type Row = Selectable<Schema["rejected_attempts"]>;

/**
 * Refused encoders of a channel, the newest first, with those from `address` (the asker's own) whose
 * key belongs to nobody.
 */
export async function rejectedAttempts(
  db: Db,
  channel: string,
  address: string,
): Promise<RejectedAttempt[]> {
  const rows = await db
    .selectFrom("rejected_attempts")
    .selectAll()
    .where((eb) =>
      eb.or([
        eb("channel", "=", channel),
        eb.and([eb("channel", "is", null), eb("address", "=", hostOf(address))]),
      ]),
    )
    .orderBy("id", "desc")
    .limit(TOLD)
    .execute();
  return rows.map(toAttempt);
}

/** Notes where the owner of a channel is, so that an encoder there with a wrong key can be told of. */
export async function noteOwnerAddress(
  tx: Tx,
  world: World,
  channel: string,
  address: string,
): Promise<void> {
  await tx
    .updateTable("channels")
    .set({ owner_address: hostOf(address), owner_seen_at: world.now() })
    .where("id", "=", channel)
    .execute();
}

/** Writes a refused encoder down and tells the pages of the channels that it may be about. */
export async function noteRejected(
  tx: Tx,
  world: World,
  event: EventOf<"publish_rejected">,
): Promise<void> {
  const { code, message, protocol, address, encoder = null } = event.data;
  const known = event.stream ? await channelByStream(tx, event.stream.id) : undefined;
  // A stream of the media server that is no channel of ours.
  if (event.stream !== undefined && known === undefined) return;
  const row = await tx
    .insertInto("rejected_attempts")
    .values({
      channel: known?.id ?? null,
      at: Date.parse(event.time),
      code,
      message,
      protocol,
      address: hostOf(address),
      encoder,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await forget(tx, row.channel);
  const told = known === undefined ? await ownersAt(tx, world, row.address) : [known.id];
  for (const id of told) {
    const data = toAttempt(row);
    await tellUpdate(tx, world, { topic: `channel:${id}`, type: "channel.rejected", data });
  }
}

async function ownersAt(tx: Tx, world: World, address: string): Promise<string[]> {
  const rows = await tx
    .selectFrom("channels")
    .select("id")
    .where("owner_address", "=", address)
    .where("owner_seen_at", ">", world.now() - SEEN)
    .orderBy("owner_seen_at", "desc")
    .limit(MOST_TOLD)
    .execute();
  return rows.map(({ id }) => id);
}

async function forget(tx: Tx, channel: string | null): Promise<void> {
  const oldest = await tx
    .selectFrom("rejected_attempts")
    .select("id")
    .where("channel", channel === null ? "is" : "=", channel)
    .orderBy("id", "desc")
    .offset(channel === null ? KEPT_STRANGERS : TOLD)
    .limit(1)
    .executeTakeFirst();
  if (oldest === undefined) return;
  await tx
    .deleteFrom("rejected_attempts")
    .where("channel", channel === null ? "is" : "=", channel)
    .where("id", "<=", oldest.id)
    .execute();
}

function toAttempt({ id, channel, at, ...rest }: Row): RejectedAttempt {
  const { code, message, protocol, address, encoder } = rest;
  const knownBy = channel === null ? "address" : "key";
  return { id: String(id), at: timeText(at), code, message, protocol, address, encoder, knownBy };
}
