import { BroadcastDefaults, type Channel, ChannelIssue, SiteFault } from "@oxbow/site-contract";
import type { Selectable } from "kysely";
import { z } from "zod";
import type { Caller } from "../calls/index.ts";
import type { Schema, Store } from "../store/index.ts";

export type ChannelRow = Selectable<Schema["channels"]>;

/** A reader of the database: the store's, or a transaction. */
export type Db = Store["db"];

/** The encoder that is connected to a channel. Times are RFC 3339. */
export const EncoderSession = z.object({
  id: z.string(),
  protocol: z.string(),
  address: z.string(),
  encoder: z.string().nullable(),
  startedAt: z.string(),
});

export type EncoderSession = z.infer<typeof EncoderSession>;

/** When a channel's key was last used, and by whom. */
export const LastUsed = z.object({
  at: z.string(),
  address: z.string(),
  encoder: z.string().nullable(),
});

export const timeText = (at: number): string => new Date(at).toISOString();

/** A channel as the API tells it; `ownerName` is its owner's. */
export function toChannel(row: ChannelRow, ownerName: string): Channel {
  return {
    id: row.id,
    handle: row.handle,
    name: row.name,
    about: row.about,
    owner: { id: row.owner, name: ownerName },
    stream: row.stream === null ? null : { id: row.stream, name: row.stream_name },
    defaults: defaultsOf(row),
    createdAt: timeText(row.created_at),
  };
}

export const defaultsOf = (row: ChannelRow): BroadcastDefaults =>
  BroadcastDefaults.parse(JSON.parse(row.defaults));

export const sessionOf = (row: ChannelRow): EncoderSession | null =>
  row.session === null ? null : EncoderSession.parse(JSON.parse(row.session));

export const issuesOf = (row: ChannelRow): ChannelIssue[] =>
  z.array(ChannelIssue).parse(JSON.parse(row.issues));

/** The media server's id of a channel's stream. Refuses with `media_server_away`, `stream_missing`. */
export function streamOf(channel: ChannelRow): string {
  if (channel.stream !== null) return channel.stream;
  throw new SiteFault("media_server_away", "The channel's stream is not made yet", {
    reason: "stream_missing",
  });
}

/** The channel of a person; undefined before it is made. */
export function channelOf(db: Db, person: string): Promise<ChannelRow | undefined> {
  return db.selectFrom("channels").selectAll().where("owner", "=", person).executeTakeFirst();
}

export function channelById(db: Db, id: string): Promise<ChannelRow | undefined> {
  return db.selectFrom("channels").selectAll().where("id", "=", id).executeTakeFirst();
}

export function channelByHandle(db: Db, handle: string): Promise<ChannelRow | undefined> {
  return db.selectFrom("channels").selectAll().where("handle", "=", handle).executeTakeFirst();
}

/** By the media server's id of the stream, as events tell it. */
export function channelByStream(db: Db, stream: string): Promise<ChannelRow | undefined> {
  return db.selectFrom("channels").selectAll().where("stream", "=", stream).executeTakeFirst();
}

/** Whether a person may stream from a channel, and see what its owner sees. */
export function mayStream(person: Caller["person"], channel: { readonly owner: string }): boolean {
  if (person === null || person.role === "viewer") return false;
  return person.role === "operator" || person.id === channel.owner;
}

/** The channel, for one who may stream from it. Refuses with `not_found` for others: it is not their business. */
export async function channelFor(
  db: Db,
  person: Caller["person"],
  id: string,
): Promise<ChannelRow> {
  const row = await channelById(db, id);
  if (row === undefined || !mayStream(person, row))
    throw new SiteFault("not_found", "There is no such channel");
  return row;
}
