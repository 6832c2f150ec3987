import { type ChatRole, type ChatStanding, SiteFault } from "@oxbow/site-contract";
import type { Kysely } from "kysely";
import { z } from "zod";
import type { Caller } from "../calls/index.ts";
import { type ChannelRow, channelById } from "../channels/index.ts";
import type { Schema, Store, Tx } from "../store/index.ts";
import { requireWatch, type VideoRow } from "../videos/index.ts";
import type { World } from "../world.ts";
import { banNow, nextAt, type RoomRules, type Writer } from "./rules.ts";

/** What the chat is made of. */
export type ChatParts = {
  readonly store: Store;
  readonly world: World;
  /** Calls an operator about a message that many have reported. */
  readonly callOperator: (tx: Tx, about: ReportedOften) => Promise<void>;
};

export type ReportedOften = {
  readonly message: string;
  readonly channel: string;
  readonly video: string;
  /** How many people reported it. */
  readonly count: number;
};

export type Db = Kysely<Schema>;
export type Person = NonNullable<Caller["person"]>;

/** The room of a video. */
export type Room = {
  readonly video: VideoRow;
  readonly channel: ChannelRow;
  readonly rules: RoomRules;
};

const Words = z.array(z.string());

/** The rules of a channel's rooms. */
export async function rulesOf(db: Db, channel: string): Promise<RoomRules> {
  const row = await db
    .selectFrom("chat_settings")
    .selectAll()
    .where("channel", "=", channel)
    .executeTakeFirst();
  if (row === undefined) return { on: true, slowSeconds: 0, words: [] };
  return {
    on: row.on === 1,
    slowSeconds: row.slow_seconds,
    words: Words.parse(JSON.parse(row.words)),
  };
}

/** The room of a video, for one who may watch it. Refuses as `requireWatch`, and with `not_found`. */
export async function roomFor(db: Db, caller: Caller, id: string): Promise<Room> {
  const video = await requireWatch(db, caller.person, id);
  const channel = await channelById(db, video.channel);
  if (channel === undefined) throw new SiteFault("not_found", "There is no such channel");
  return { video, channel, rules: await rulesOf(db, channel.id) };
}

/** Whether nothing is written in a room any more. */
export const isOver = (video: VideoRow): boolean => video.state === "ended" || video.chat === 0;

/** What somebody is in the rooms of a channel. */
export async function roleIn(
  db: Db,
  person: { readonly id: string; readonly role: string },
  channel: ChannelRow,
): Promise<ChatRole> {
  if (person.id === channel.owner) return "owner";
  if (person.role === "operator") return "operator";
  const row = await db
    .selectFrom("chat_moderators")
    .select("person")
    .where("channel", "=", channel.id)
    .where("person", "=", person.id)
    .executeTakeFirst();
  return row === undefined ? null : "moderator";
}

/** Own messages that the rules ask for. */
const RECENT = 5;

/** A person as the rules of a room look at them. */
export async function writerIn(
  db: Db,
  person: { readonly id: string; readonly role: string },
  channel: ChannelRow,
): Promise<Writer> {
  const ban = await db
    .selectFrom("chat_bans")
    .select("until")
    .where("channel", "=", channel.id)
    .where("person", "=", person.id)
    .executeTakeFirst();
  const recent = await db
    .selectFrom("chat_messages")
    .select(["at", "text"])
    .where("author", "=", person.id)
    .where("channel", "=", channel.id)
    .orderBy("at", "desc")
    .limit(RECENT)
    .execute();
  return { role: await roleIn(db, person, channel), ban: ban ?? null, recent };
}

const timeText = (at: number): string => new Date(at).toISOString();

/** What a person may do in a channel's rooms now. */
export async function standingIn(
  db: Db,
  room: Pick<Room, "channel" | "rules">,
  person: { readonly id: string; readonly role: string },
  now: number,
): Promise<ChatStanding> {
  const writer = await writerIn(db, person, room.channel);
  const ban = banNow(writer.ban, now);
  const next = nextAt(room.rules, writer, now);
  return {
    channel: room.channel.id,
    person: person.id,
    role: writer.role,
    banned: ban === "banned",
    timedOutUntil: ban === null || ban === "banned" ? null : timeText(ban.until),
    nextAt: next === null ? null : timeText(next),
  };
}

/** The channel, for one who moderates its rooms, and as what. Refuses with `not_found` for others. */
export async function moderatedBy(
  db: Db,
  caller: Caller,
  id: string,
): Promise<{ readonly channel: ChannelRow; readonly person: Person; readonly role: ChatRole }> {
  const channel = await channelById(db, id);
  const { person } = caller;
  const role = channel === undefined || person === null ? null : await roleIn(db, person, channel);
  if (channel === undefined || person === null || role === null) {
    throw new SiteFault("not_found", "There is no such channel");
  }
  return { channel, person, role };
}
