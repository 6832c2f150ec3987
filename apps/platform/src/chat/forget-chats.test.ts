import assert from "node:assert/strict";
import { startTasks } from "../tasks/index.ts";
import { as, chatTest } from "./chat-for-tests.ts";
import { chatTasks, scheduleForgetting } from "./forget-chats.ts";

const DAY = 24 * 3_600_000;

chatTest("the chat of a deleted video is erased after thirty days, and no other", async (on) => {
  const { store, world, chat } = on;
  const say = (video: string, text: string) =>
    chat["chat.send"]({
      params: { video },
      query: undefined,
      body: { text, client: `client-${text}` },
      caller: as("max"),
    });
  await say("vid_live", "stays");
  const { id } = await say("vid_live", "goes");
  await chat["chat.report"]({
    params: { message: id },
    query: undefined,
    body: { reason: "spam", note: "" },
    caller: as("ana"),
  });
  await store.commit(async (tx) => {
    await tx
      .updateTable("chat_messages")
      .set({ video: "vid_private" })
      .where("id", "=", id)
      .execute();
    await tx
      .updateTable("videos")
      .set({ deleted_at: world.now() })
      .where("id", "=", "vid_private")
      .execute();
    await scheduleForgetting(tx, world);
  });
  const left = async (days: number) => {
    world.time += days * DAY;
    await using tasks = startTasks(store, world, chatTasks(on));
    await tasks.idle();
    const messages = await store.db.selectFrom("chat_messages").select("text").execute();
    const reports = await store.db.selectFrom("chat_reports").select("message").execute();
    return [messages.map(({ text }) => text).toSorted(), reports.length];
  };
  assert.deepEqual(await left(0), [["goes", "stays"], 1]);
  assert.deepEqual(await left(29), [["goes", "stays"], 1]);
  assert.deepEqual(await left(1.01), [["stays"], 0]);
});
