import { type BodyOf, type ChatMessage, type SiteErrorCode, SiteFault } from "@oxbow/site-contract";
import type { Caller } from "../calls/index.ts";
import { tellUpdate } from "../updates/index.ts";
import { type MessageRow, toMessage } from "./messages.ts";
import { type ChatParts, isOver, roomFor, writerIn } from "./room.ts";
import { mediaTime, type Refusal, refusalOf } from "./rules.ts";

const refusals: Readonly<Record<Refusal, readonly [SiteErrorCode, string]>> = {
  chat_off: ["forbidden", "The chat of this channel is off"],
  chat_over: ["conflict", "Nothing is written in this chat any more"],
  banned: ["forbidden", "You may not write in the chat of this channel"],
  timed_out: ["forbidden", "You may not write in the chat of this channel for a while"],
  slow_mode: ["too_many_requests", "Slow mode: wait before the next message"],
  too_fast: ["too_many_requests", "Too many messages: wait a moment"],
  duplicate: ["conflict", "You have just written the same"],
  blocked_word: ["forbidden", "A word of this message is not wanted in this channel"],
};

/** Writes a message. The same `client` again answers the message that it made, and makes none. */
export async function send(
  { store, world }: ChatParts,
  caller: Caller,
  video: string,
  wish: BodyOf<"chat.send">,
): Promise<ChatMessage> {
  return store.commit(async (tx) => {
    const { person } = caller;
    if (person === null) throw new SiteFault("not_signed_in", "Sign in to write");
    const before = await tx
      .selectFrom("chat_messages")
      .selectAll()
      .where("author", "=", person.id)
      .where("video", "=", video)
      .where("client", "=", wish.client)
      .executeTakeFirst();
    if (before !== undefined) return toMessage(before);
    const room = await roomFor(tx, caller, video);
    const writer = await writerIn(tx, person, room.channel);
    const now = world.now();
    const over = { rules: room.rules, isOver: isOver(room.video) };
    const refusal = refusalOf(over, writer, wish.text, now);
    if (refusal !== null) {
      const [code, message] = refusals[refusal];
      throw new SiteFault(code, message, { reason: refusal });
    }
    const row: MessageRow = {
      id: world.id("msg"),
      video,
      channel: room.channel.id,
      author: person.id,
      author_name: person.name,
      badge: writer.role,
      text: wish.text,
      at: now,
      media_at: mediaTime(wish.mediaAt, now),
      client: wish.client,
      deleted_at: null,
      deleted_by: null,
    };
    await tx.insertInto("chat_messages").values(row).execute();
    const data = toMessage(row);
    await tellUpdate(tx, world, { topic: `chat:${video}`, type: "chat.message", data });
    return data;
  });
}
