import { writeSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { millis } from "@oxbow/media";
import { pino } from "pino";
import { Registry } from "prom-client";
import { createEvents } from "../events/index.ts";
import type { World } from "../world.ts";
import { eventStore } from "./event-store.ts";
import { openStore, type StoreLocation } from "./open-store.ts";
import { secretBox } from "./secret-box.ts";

// A server in small for the crash tests: it commits and delivers until it is killed, and says on
// standard output which changes it was told are committed.

const [run = "", location = "", key = ""] = process.argv.slice(2);
const where: StoreLocation = JSON.parse(location);
let ids = 0;
const world: World = {
  now: () => millis(Date.now()),
  id: (prefix) => `${prefix}_${run}_${String(++ids).padStart(8, "0")}`,
  log: pino({ level: "silent" }),
  metrics: new Registry(),
};

await using store = await openStore(where, world);
await using events = createEvents({
  store: eventStore(store, secretBox(Buffer.from(key, "hex")), world),
  world,
});
await events.start();

async function write(writer: number): Promise<never> {
  for (let n = 0; ; n += 1) {
    const name = `${run}-${writer}-${n}`;
    await store.commit(async (tx) => {
      await tx.insertInto("meta").values({ key: name, value: "" }).execute();
      const stream = { id: `str_${writer}`, name: `stream-${writer}` };
      return { value: undefined, events: [{ type: "stream_updated", stream, data: { name } }] };
    });
    writeSync(1, `${name}\n`);
    await delay(1);
  }
}

writeSync(1, "ready\n");
await Promise.all([1, 2, 3].map(write));
