import type { BodyOf, ChatSettings } from "@oxbow/site-contract";
import { audit } from "../accounts/index.ts";
import type { Caller } from "../calls/index.ts";
import { tellUpdate } from "../updates/index.ts";
import { type ChatParts, isOver, moderatedBy, rulesOf } from "./room.ts";

/** The rules of a channel's rooms, for its moderators. */
export async function settingsFor(
  { store }: ChatParts,
  caller: Caller,
  channelId: string,
): Promise<ChatSettings> {
  const { channel } = await moderatedBy(store.db, caller, channelId);
  const { on, slowSeconds, words } = await rulesOf(store.db, channel.id);
  return { on, slowSeconds, words: [...words] };
}

/** Changes what is given, and tells the rooms that are open. */
export async function changeSettings(
  { store, world }: ChatParts,
  caller: Caller,
  channelId: string,
  change: BodyOf<"chat.changeSettings">,
): Promise<ChatSettings> {
  return store.commit(async (tx) => {
    const { channel, person } = await moderatedBy(tx, caller, channelId);
    const before = await rulesOf(tx, channel.id);
    const { on = before.on, slowSeconds = before.slowSeconds, words = [...before.words] } = change;
    const row = {
      channel: channel.id,
      on: on ? 1 : 0,
      slow_seconds: slowSeconds,
      words: JSON.stringify([...new Set(words)]),
    };
    await tx
      .insertInto("chat_settings")
      .values(row)
      .onConflict((conflict) => conflict.column("channel").doUpdateSet(row))
      .execute();
    await audit(tx, world, {
      person,
      action: "chat.settings_changed",
      about: channel.id,
      detail: { ...change },
      address: caller.address,
    });
    const open = await tx
      .selectFrom("videos")
      .selectAll()
      .where("channel", "=", channel.id)
      .where("state", "<>", "ended")
      .where("deleted_at", "is", null)
      .execute();
    for (const video of open) {
      await tellUpdate(tx, world, {
        topic: `chat:${video.id}`,
        type: "chat.room",
        data: {
          video: video.id,
          channel: channel.id,
          rules: { on, slowSeconds },
          open: !isOver(video),
        },
      });
    }
    return { on, slowSeconds, words: [...new Set(words)] };
  });
}
