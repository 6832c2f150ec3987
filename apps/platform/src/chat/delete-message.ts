import { SiteFault } from "@oxbow/site-contract";
import { audit } from "../accounts/index.ts";
import type { Caller } from "../calls/index.ts";
import { channelById } from "../channels/index.ts";
import type { Tx } from "../store/index.ts";
import { tellUpdate } from "../updates/index.ts";
import { mayWatch, videoOf } from "../videos/index.ts";
import type { MessageRow } from "./messages.ts";
import { settleReports } from "./reports.ts";
import { type ChatParts, type Db, roleIn } from "./room.ts";
import { mayModerate } from "./rules.ts";

/**
 * A message, for one who may see its room, deleted or not. Refuses with `not_found`: whether there is
 * such a message is nobody else's business.
 */
export async function messageFor(db: Db, caller: Caller, id: string): Promise<MessageRow> {
  const row = await db
    .selectFrom("chat_messages")
    .selectAll()
    .where("id", "=", id)
    .executeTakeFirst();
  const video = row && (await videoOf(db, row.video));
  if (row === undefined || video === undefined || !(await mayWatch(db, caller.person, video))) {
    throw new SiteFault("not_found", "There is no such message");
  }
  return row;
}

/** Deletes one's own message, or as moderator another's. Twice is harmless. */
export async function deleteMessage(
  { store, world }: ChatParts,
  caller: Caller,
  id: string,
): Promise<void> {
  await store.commit(async (tx) => {
    const message = await messageFor(tx, caller, id);
    const { person } = caller;
    const isOwn = person?.id === message.author;
    if (!isOwn) await requireModeratorOf(tx, caller, message);
    if (message.deleted_at !== null || person === null) return;
    await hideMessage(tx, { world }, message, person.id);
    if (isOwn) return;
    await audit(tx, world, {
      person,
      action: "chat.message_deleted",
      about: message.id,
      detail: { channel: message.channel, author: message.author, text: message.text },
      address: caller.address,
    });
  });
}

/** Takes a message from everybody's sight. What its author took back is kept no longer. */
export async function hideMessage(
  tx: Tx,
  { world }: Pick<ChatParts, "world">,
  message: MessageRow,
  by: string,
): Promise<void> {
  await tx
    .updateTable("chat_messages")
    .set({
      deleted_at: world.now(),
      deleted_by: by,
      ...(by === message.author ? { text: "" } : {}),
    })
    .where("id", "=", message.id)
    .execute();
  await settleReports(tx, world, message);
  await tellUpdate(tx, world, {
    topic: `chat:${message.video}`,
    type: "chat.deleted",
    data: { messages: [message.id] },
  });
}

async function requireModeratorOf(tx: Tx, caller: Caller, message: MessageRow): Promise<void> {
  const channel = await channelById(tx, message.channel);
  const { person } = caller;
  const role = channel === undefined || person === null ? null : await roleIn(tx, person, channel);
  if (!mayModerate(role, message.badge)) {
    throw new SiteFault("forbidden", "Only its author and moderators may delete a message");
  }
}
