import assert from "node:assert/strict";
import { as, type ChatTest, chatTest, nobody, write } from "./chat-for-tests.ts";

const owner = as("olga", "streamer");
const operator = as("boss", "operator");
const channel = { channel: "chn_1" };
const none = { query: undefined, body: undefined };

const name = ({ chat }: ChatTest, person: string, caller = owner) =>
  chat["chat.addModerator"]({
    params: channel,
    query: undefined,
    body: { person: `per_${person}` },
    caller,
  });

const timeout = ({ chat }: ChatTest, person: string, caller = owner, minutes = 10) =>
  chat["chat.timeout"]({
    params: channel,
    query: undefined,
    body: { person: `per_${person}`, minutes, reason: "Calm down", clear: false },
    caller,
  });

const ban = ({ chat }: ChatTest, person: string, caller = owner, clear = true) =>
  chat["chat.ban"]({
    params: channel,
    query: undefined,
    body: { person: `per_${person}`, reason: "", clear },
    caller,
  });

const read = async ({ chat }: ChatTest) => {
  const query = { limit: 50 };
  const history = await chat["chat.history"]({
    params: { video: "vid_live" },
    query,
    body: undefined,
    caller: nobody,
  });
  return history.items.map(({ text }) => text);
};

const report = ({ chat }: ChatTest, message: string, person: string) =>
  chat["chat.report"]({
    params: { message },
    query: undefined,
    body: { reason: "spam", note: `Says ${person}` },
    caller: as(person),
  });

const acts = async ({ store }: ChatTest) => {
  const rows = await store.db.selectFrom("audit").selectAll().orderBy("at").orderBy("id").execute();
  return rows.map(({ person, action, about }) => [person, action, about]);
};

chatTest("a channel's chat is moderated by its own people alone", async (on) => {
  const { chat } = on;
  const sent = await write(on, as("ana"), "Hello");
  const others = [as("bea"), as("other", "streamer"), nobody];
  for (const caller of others) {
    const asks = [
      () => ban(on, "ana", caller),
      () => timeout(on, "ana", caller),
      () => name(on, "bea", caller),
      () => chat["chat.settings"]({ params: channel, ...none, caller }),
      () =>
        chat["chat.changeSettings"]({
          params: channel,
          query: undefined,
          body: { on: false },
          caller,
        }),
      () => chat["chat.bans"]({ params: channel, query: { limit: 5 }, body: undefined, caller }),
      () => chat["chat.reports"]({ params: channel, query: { limit: 5 }, body: undefined, caller }),
      () => chat["chat.moderators"]({ params: channel, ...none, caller }),
      () => chat["chat.unban"]({ params: { ...channel, person: "per_ana" }, ...none, caller }),
      () =>
        chat["chat.removeModerator"]({
          params: { ...channel, person: "per_ana" },
          ...none,
          caller,
        }),
      () =>
        chat["chat.resolve"]({
          params: { message: sent.id },
          query: undefined,
          body: { remove: true },
          caller,
        }),
    ];
    for (const ask of asks) await assert.rejects(ask(), { code: "not_found" }, String(ask));
    await assert.rejects(chat["chat.delete"]({ params: { message: sent.id }, ...none, caller }), {
      code: "forbidden",
    });
  }
  assert.deepEqual([await read(on), await acts(on)], [["Hello"], []]);
});

chatTest("a time-out silences for its minutes, and the person is told", async (on) => {
  const done = await timeout(on, "ana");
  await assert.rejects(write(on, as("ana"), "But"), { code: "forbidden", reason: "timed_out" });
  const standing = (await on.told()).at(-1);
  assert.deepEqual(standing, [
    "me:per_ana chat.standing",
    {
      channel: "chn_1",
      person: "per_ana",
      role: null,
      banned: false,
      timedOutUntil: done.until,
      nextAt: null,
    },
  ]);
  on.world.time += 10 * 60_000;
  await write(on, as("ana"), "Sorry");
  const bans = await on.chat["chat.bans"]({
    params: channel,
    query: { limit: 5 },
    body: undefined,
    caller: owner,
  });
  assert.deepEqual(bans.items, []);
});

chatTest("a ban takes what was written with it, and can be taken back", async (on) => {
  await write(on, as("ana"), "Buy this");
  await write(on, as("bea"), "No");
  await ban(on, "ana");
  assert.deepEqual(await read(on), ["No"]);
  await assert.rejects(write(on, as("ana"), "Buy that"), { reason: "banned" });
  const told = (await on.told()).slice(2).map(([what]) => what);
  assert.deepEqual(told, ["chat:vid_live chat.cleared", "me:per_ana chat.standing"]);
  await on.chat["chat.unban"]({
    params: { ...channel, person: "per_ana" },
    ...none,
    caller: owner,
  });
  await write(on, as("ana"), "Sorry");
  assert.deepEqual(await read(on), ["No", "Sorry"]);
  assert.deepEqual(await acts(on), [
    ["per_olga", "chat.banned", "per_ana"],
    ["per_olga", "chat.unbanned", "per_ana"],
  ]);
});

chatTest("moderators moderate the audience, and not each other or the owner", async (on) => {
  await name(on, "max");
  await name(on, "carl");
  const max = as("max");
  const badge = (await write(on, max, "I help")).author.badge;
  assert.equal(badge, "moderator");
  await timeout(on, "ana", max);
  for (const person of ["carl", "olga", "boss"]) {
    await assert.rejects(ban(on, person, max), { reason: "is_moderator" }, person);
  }
  await assert.rejects(name(on, "ana", max), { code: "forbidden" });
  const said = await write(on, owner, "Mine");
  await assert.rejects(
    on.chat["chat.delete"]({ params: { message: said.id }, ...none, caller: max }),
    { code: "forbidden" },
  );
  // The owner takes the badge with the ban.
  await ban(on, "carl", owner);
  const { items } = await on.chat["chat.moderators"]({ params: channel, ...none, caller: owner });
  assert.deepEqual(
    items.map(({ name: who }) => who),
    ["max"],
  );
  await on.chat["chat.removeModerator"]({
    params: { ...channel, person: "per_max" },
    ...none,
    caller: operator,
  });
  await assert.rejects(timeout(on, "bea", max), { code: "not_found" });
});

chatTest("a moderator is named by the address of an account, too", async (on) => {
  const add = (email: string) =>
    on.chat["chat.addModerator"]({
      params: channel,
      query: undefined,
      body: { email },
      caller: owner,
    });
  assert.equal((await add("Max@Site.example")).person, "per_max");
  await assert.rejects(add("nobody@site.example"), { reason: "no_such_person", field: "email" });
  await assert.rejects(add("olga@site.example"), { reason: "is_owner" });
});

chatTest("reports wait for moderators; many call an operator once", async (on) => {
  const { chat } = on;
  const sent = await write(on, as("ana"), "Buy this");
  for (const person of ["bea", "bea", "carl", "max"]) await report(on, sent.id, person);
  await assert.rejects(report(on, sent.id, "ana"), { reason: "own_message" });
  const queue = () =>
    chat["chat.reports"]({
      params: channel,
      query: { limit: 5 },
      body: undefined,
      caller: owner,
    });
  const { items } = await queue();
  assert.deepEqual(items, [
    {
      message: sent,
      reasons: [{ reason: "spam", count: 3 }],
      notes: ["Says bea", "Says carl", "Says max"],
      count: 3,
      firstAt: new Date(on.world.time).toISOString(),
    },
  ]);
  assert.deepEqual(on.calls, [{ message: sent.id, channel: "chn_1", video: "vid_live", count: 3 }]);
  const told = (await on.told()).slice(1);
  assert.deepEqual(
    told,
    [1, 2, 3].map(() => ["moderation:chn_1 chat.reports", { channel: "chn_1", open: 1 }]),
  );
  await chat["chat.resolve"]({
    params: { message: sent.id },
    query: undefined,
    body: { remove: true },
    caller: owner,
  });
  assert.deepEqual([(await queue()).items, await read(on)], [[], []]);
  assert.deepEqual((await on.told()).slice(4), [
    ["moderation:chn_1 chat.reports", { channel: "chn_1", open: 0 }],
    ["chat:vid_live chat.deleted", { messages: [sent.id] }],
  ]);
});

chatTest("reports are shown the longest waiting first, page by page", async (on) => {
  const { chat, world } = on;
  const sent: string[] = [];
  for (const text of ["one", "two", "three", "four", "five"])
    sent.push((await write(on, as("ana"), text)).id);
  const waiting = [3, 0, 4, 1, 2].flatMap((at) => sent[at] ?? []);
  for (const [at, id] of waiting.entries()) {
    // Two at the same time.
    if (at !== 3) world.time += 1000;
    await report(on, id, "bea");
  }
  const page = (cursor?: string) =>
    chat["chat.reports"]({
      params: channel,
      query: { limit: 2, ...(cursor === undefined ? {} : { cursor }) },
      body: undefined,
      caller: owner,
    });
  const seen: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const { items, next } = await page(cursor);
    seen.push(...items.map(({ message }) => message.id));
    cursor = next;
  }
  const [first = "", second = "", third = "", fourth = "", last = ""] = waiting;
  assert.deepEqual(seen, [first, second, ...[third, fourth].toSorted(), last]);
  await assert.rejects(page("nonsense"), { code: "invalid_request", field: "cursor" });
});

chatTest("a report that is dismissed leaves the message", async (on) => {
  const sent = await write(on, as("ana"), "Fine");
  await report(on, sent.id, "bea");
  await on.chat["chat.resolve"]({
    params: { message: sent.id },
    query: undefined,
    body: { remove: false },
    caller: operator,
  });
  assert.deepEqual(await read(on), ["Fine"]);
  assert.deepEqual(await acts(on), [["per_boss", "chat.report_dismissed", sent.id]]);
});
