import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { millis } from "@oxbow/media";
import { Registry } from "prom-client";
import { createEvents } from "../events/index.ts";
import { onBothDatabases } from "./databases-for-tests.ts";
import { eventStore } from "./event-store.ts";
import { openStore, type StoreLocation } from "./open-store.ts";
import { secretBox } from "./secret-box.ts";
import { WebhookReceiver } from "./webhook-receiver-for-tests.ts";

const { test } = await onBothDatabases();
const writer = fileURLToPath(new URL("./writer-for-tests.ts", import.meta.url));
const KILLS = 5;

/** Starts a server in small, kills it at a random moment, and answers what it was told is committed. */
async function killed(run: number, location: StoreLocation, key: Buffer): Promise<string[]> {
  const child = spawn(
    process.execPath,
    [writer, String(run), JSON.stringify(location), key.toString("hex")],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const exit = once(child, "exit");
  const told: string[] = [];
  let kill: Promise<void> | undefined;
  for await (const line of createInterface(child.stdout)) {
    if (line === "ready") kill = delay(Math.random() * 150).then(() => void child.kill("SIGKILL"));
    else told.push(line);
  }
  await kill;
  assert.deepEqual(await exit, [null, "SIGKILL"]);
  return told;
}

test("a server killed again and again loses no event, repeats no sequence, and delivers all", async ({
  store,
  location,
  world,
}) => {
  const key = randomBytes(32);
  await using receiver = await WebhookReceiver.open();
  const setUp = createEvents({
    store: eventStore(store, secretBox(key), world),
    world: { ...world, metrics: new Registry() },
  });
  const { id: sink } = await setUp.sinks.create({ url: receiver.url });
  await setUp[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();

  const told: string[] = [];
  for (let run = 0; run < KILLS; run += 1) told.push(...(await killed(run, location, key)));

  // A minute later, when the claims of the dead have aged.
  world.time = millis(Date.now() + 61_000);
  await using again = await openStore(location, world);
  const rows = await again.db.selectFrom("events").selectAll().orderBy("sequence").execute();
  assert.deepEqual(
    rows.map(({ sequence }) => sequence),
    rows.map((_, index) => index + 1),
  );
  assert.equal(new Set(rows.map(({ id }) => id)).size, rows.length);
  const names = rows.map(({ data }): string => JSON.parse(data).name);
  assert.deepEqual(
    told.filter((name) => !names.includes(name)),
    [],
  );
  // State and event committed together, or neither did.
  const state = await again.db.selectFrom("meta").select("key").execute();
  assert.deepEqual(state.map(({ key: name }) => name).toSorted(), names.toSorted());

  await using events = createEvents({
    store: eventStore(again, secretBox(key), world),
    world,
  });
  await events.start();
  for (;;) {
    const open = await again.db
      .selectFrom("deliveries")
      .select("id")
      .where("sink_id", "=", sink)
      .where("state", "!=", "delivered")
      .limit(1)
      .execute();
    if (open.length === 0) break;
    await delay(5);
  }
  const came = new Map(receiver.received.map(({ headers, body }) => [headers["webhook-id"], body]));
  assert.deepEqual(
    [...came].map(([id]) => String(id)).toSorted(),
    rows.map(({ id }) => id).toSorted(),
  );
  assert.ok(told.length > 0);
});
