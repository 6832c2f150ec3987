import assert from "node:assert/strict";
import type { Store } from "../store/index.ts";
import { storeTest, type TestWorld } from "../store/store-for-tests.ts";
import { startTasks } from "../tasks/index.ts";
import { setAlertAddresses } from "./alert-addresses.ts";
import { alertTasks } from "./alert-tasks.ts";
import { addPerson, raiseSink, SINK } from "./alerts-for-tests.ts";
import { resolveAlert } from "./raise-alert.ts";

const HOUR = 3_600_000;

/** Runs what is due of the alerts' tasks, and answers the letters that are queued, to send. */
async function letters(store: Store, world: TestWorld): Promise<readonly Letter[]> {
  const options = { store, world, webhookUrl: undefined, mailWorks: true };
  await using tasks = startTasks(store, world, {
    ...alertTasks({ ...options, site: "https://live.test" }),
  });
  await tasks.idle();
  const rows = await store.db
    .selectFrom("tasks")
    .select("payload")
    .where("kind", "=", "mail.send")
    .orderBy("id")
    .execute();
  return rows.map((row) => JSON.parse(row.payload));
}

type Letter = { readonly to: string; readonly subject: string; readonly text: string };

storeTest("operators who want it are told in their language, and nobody else", async (on) => {
  const { store, world } = on;
  await addPerson(store, "ana", { role: "operator", language: "pt-BR" });
  await addPerson(store, "bob", { role: "operator" });
  await addPerson(store, "carl", { role: "operator", suspended: 1 });
  await addPerson(store, "dora", { role: "streamer" });
  await store.commit(async (tx) => {
    await setAlertAddresses(tx, ["team@site.test", "ana@site.test"]);
    await tx
      .insertInto("alert_readers")
      .values({ person: "bob", seen_at: -1, mail_from: "none" })
      .execute();
  });
  await raiseSink(store, world);
  const sent = await letters(store, world);
  assert.deepEqual(
    sent.map(({ to, subject }) => [to, subject]),
    [
      ["ana@site.test", "[Oxbow] Os eventos deixaram de ser entregues a http://hooks.test/"],
      ["team@site.test", "[Oxbow] Events are no longer delivered to http://hooks.test/"],
    ],
  );
  assert.equal(
    sent[1]?.text,
    `Events are no longer delivered to http://hooks.test/

The last answer was 410. Repair the receiver, enable the sink, and replay what it missed.
Since Nov 14, 2023, 10:13:20 PM UTC.

See it, and what to do:
https://live.test/operator

--
You get this as an operator of the site. Its settings say which alerts come by e-mail.
`,
  );
});

storeTest("one letter an hour tells of the same, however often it comes", async (on) => {
  const { store, world } = on;
  await addPerson(store, "ana", { role: "operator" });
  await raiseSink(store, world);
  assert.equal((await letters(store, world)).length, 1);
  for (let times = 0; times < 3; times += 1) {
    world.time += HOUR / 4;
    await raiseSink(store, world);
    // A new alert about the same is no new letter either.
    if (times === 1) await store.commit((tx) => resolveAlert(tx, world, SINK));
  }
  assert.equal((await letters(store, world)).length, 1);
  world.time += HOUR / 4;
  const sent = await letters(store, world);
  assert.deepEqual(
    sent.map(({ subject }) => subject),
    Array(2).fill("[Oxbow] Events are no longer delivered to http://hooks.test/"),
  );
});

storeTest("what is over before its letter was due needs none", async ({ store, world }) => {
  await addPerson(store, "ana", { role: "operator" });
  await raiseSink(store, world);
  await store.commit((tx) => resolveAlert(tx, world, SINK));
  assert.deepEqual(await letters(store, world), []);
});
