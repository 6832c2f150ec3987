import assert from "node:assert/strict";
import { as, chatTest, nobody, write } from "./chat-for-tests.ts";

const page = { limit: 50 };
const none = { query: undefined, body: undefined };
const texts = (answer: { readonly items: readonly { readonly text: string }[] }) =>
  answer.items.map(({ text }) => text);

chatTest("a message is kept, told to the room, and read by anybody who may watch", async (on) => {
  const sent = await write(on, as("ana"), "Olá!");
  const history = await on.chat["chat.history"]({
    params: { video: "vid_live" },
    query: page,
    body: undefined,
    caller: nobody,
  });
  assert.deepEqual(history, { items: [sent], next: null });
  assert.deepEqual(await on.told(), [["chat:vid_live chat.message", sent]]);
  assert.deepEqual(sent.author, { id: "per_ana", name: "ana", badge: null });
});

chatTest("who is not signed in reads, and does not write", async (on) => {
  await assert.rejects(write(on, nobody, "Hello"), { code: "not_signed_in" });
  const room = await on.chat["chat.room"]({
    params: { video: "vid_live" },
    ...none,
    caller: nobody,
  });
  assert.deepEqual(room, {
    video: "vid_live",
    channel: "chn_1",
    rules: { on: true, slowSeconds: 0 },
    open: true,
    standing: null,
  });
});

chatTest("the room of a private video is that of who may watch it", async (on) => {
  const ask = (caller: typeof nobody) =>
    on.chat["chat.history"]({
      params: { video: "vid_private" },
      query: page,
      body: undefined,
      caller,
    });
  await assert.rejects(ask(as("ana")), { code: "forbidden", reason: "video_private" });
  await assert.rejects(ask(nobody), { code: "not_signed_in" });
  await assert.rejects(write(on, as("ana"), "In", { video: "vid_private" }), { code: "forbidden" });
  const sent = await write(on, as("olga", "streamer"), "Mine", { video: "vid_private" });
  for (const [operation, body] of [
    ["chat.delete", undefined],
    ["chat.report", { reason: "spam", note: "" }],
  ] as const) {
    const call = { params: { message: sent.id }, query: undefined, caller: as("ana") };
    const asked =
      operation === "chat.delete"
        ? on.chat[operation]({ ...call, body: undefined })
        : on.chat[operation]({ ...call, body: body ?? { reason: "spam", note: "" } });
    await assert.rejects(asked, { code: "not_found" }, operation);
  }
  assert.deepEqual(await ask(as("boss", "operator")), { items: [sent], next: null });
});

chatTest("the same message sent twice is one", async (on) => {
  const send = () =>
    on.chat["chat.send"]({
      params: { video: "vid_live" },
      query: undefined,
      body: { text: "Once", client: "page_12345" },
      caller: as("ana"),
    });
  const first = await send();
  assert.deepEqual(await send(), first);
  assert.equal((await on.told()).length, 1);
});

chatTest("nothing is written when the broadcast is over", async (on) => {
  await assert.rejects(write(on, as("ana"), "Late", { video: "vid_ended" }), {
    code: "conflict",
    reason: "chat_over",
  });
});

chatTest("history comes in pages, the newest first asked, and nothing twice", async (on) => {
  for (let at = 0; at < 7; at++) await write(on, as(at % 2 ? "ana" : "bea"), `Message ${at}`);
  const ask = (cursor?: string) =>
    on.chat["chat.history"]({
      params: { video: "vid_live" },
      query: { limit: 3, cursor },
      body: undefined,
      caller: nobody,
    });
  const first = await ask();
  const second = await ask(first.next ?? "");
  const third = await ask(second.next ?? "");
  assert.deepEqual(
    [texts(first), texts(second), texts(third), third.next],
    [
      ["Message 4", "Message 5", "Message 6"],
      ["Message 1", "Message 2", "Message 3"],
      ["Message 0"],
      null,
    ],
  );
  await assert.rejects(ask("msg_of_nobody"), { code: "invalid_request", field: "cursor" });
});

chatTest("replay follows what authors saw, not when they wrote", async (on) => {
  const { world } = on;
  const start = world.time;
  // Ana is twenty seconds behind live, Bea five.
  await write(on, as("bea"), "Goal!", { mediaAt: start - 5_000 });
  await write(on, as("ana"), "He runs", { mediaAt: start - 20_000 });
  await write(on, as("bea"), "Two goals!", { mediaAt: start });
  await write(on, as("ana"), "Goal!!!", { mediaAt: start - 4_000 });
  const ask = (query: {
    from: number;
    to: number;
    back?: "0" | "1";
    limit?: number;
    cursor?: string;
  }) =>
    on.chat["chat.replay"]({
      params: { video: "vid_live" },
      query: { back: "0", limit: 50, ...query },
      body: undefined,
      caller: nobody,
    });
  const all = { from: start - 60_000, to: start + 60_000 };
  assert.deepEqual(texts(await ask(all)), ["He runs", "Goal!", "Goal!!!", "Two goals!"]);
  // Half open: what is at `to` comes with what follows.
  assert.deepEqual(texts(await ask({ from: start - 20_000, to: start - 4_000 })), [
    "He runs",
    "Goal!",
  ]);
  const forward = await ask({ ...all, limit: 3 });
  assert.deepEqual(texts(await ask({ ...all, cursor: forward.next ?? "" })), ["Two goals!"]);
  const back = await ask({ from: 0, to: start, back: "1", limit: 2 });
  assert.deepEqual(texts(back), ["Goal!", "Goal!!!"]);
  const before = await ask({ from: 0, to: start, back: "1", cursor: back.next ?? "" });
  assert.deepEqual([texts(before), before.next], [["He runs"], null]);
});

chatTest("one's own message is deleted everywhere, and its text is kept no longer", async (on) => {
  const sent = await write(on, as("ana"), "Oops");
  const remove = (caller: typeof nobody) =>
    on.chat["chat.delete"]({ params: { message: sent.id }, ...none, caller });
  await assert.rejects(remove(as("bea")), { code: "forbidden" });
  await remove(as("ana"));
  await remove(as("ana"));
  const ask = { params: { video: "vid_live" }, body: undefined, caller: nobody };
  const read = [
    await on.chat["chat.history"]({ ...ask, query: page }),
    await on.chat["chat.replay"]({ ...ask, query: { ...page, from: 0, to: 8e15, back: "0" } }),
  ];
  assert.deepEqual(read.map(texts), [[], []]);
  assert.deepEqual((await on.told()).slice(1), [
    ["chat:vid_live chat.deleted", { messages: [sent.id] }],
  ]);
  const row = await on.store.db.selectFrom("chat_messages").select("text").executeTakeFirst();
  assert.equal(row?.text, "");
  assert.deepEqual(await on.store.db.selectFrom("audit").selectAll().execute(), []);
});

chatTest("rules are read from the channel, and its owner is not slowed", async (on) => {
  const owner = as("olga", "streamer");
  const changed = await on.chat["chat.changeSettings"]({
    params: { channel: "chn_1" },
    query: undefined,
    body: { slowSeconds: 60, words: ["spoiler"] },
    caller: owner,
  });
  assert.deepEqual(changed, { on: true, slowSeconds: 60, words: ["spoiler"] });
  await write(on, as("ana"), "First");
  await assert.rejects(write(on, as("ana"), "Second"), { reason: "slow_mode" });
  await assert.rejects(write(on, as("bea"), "A spoiler!"), { reason: "blocked_word" });
  await write(on, owner, "One");
  await write(on, owner, "Two");
  const room = await on.chat["chat.room"]({
    params: { video: "vid_live" },
    ...none,
    caller: as("ana"),
  });
  assert.deepEqual(room.standing, {
    channel: "chn_1",
    person: "per_ana",
    role: null,
    banned: false,
    timedOutUntil: null,
    nextAt: "2023-11-14T22:14:23.000Z",
  });
  const rooms = (await on.told()).filter(([what]) => what.endsWith("chat.room"));
  assert.deepEqual(
    rooms.map(([what]) => what),
    ["chat:vid_live chat.room", "chat:vid_private chat.room"],
  );
});
