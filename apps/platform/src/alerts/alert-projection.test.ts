import assert from "node:assert/strict";
import type { Event } from "@oxbow/sdk";
import type { Store } from "../store/index.ts";
import { storeTest, type TestWorld } from "../store/store-for-tests.ts";
import { alertProjection } from "./alert-projection.ts";
import { toAlert } from "./alert-row.ts";

const stream = { id: "str_1", name: "story" };

async function tell(
  store: Store,
  world: TestWorld,
  events: readonly Pick<Event, "type" | "data">[],
) {
  const { apply } = alertProjection(world);
  for (const [index, event] of events.entries()) {
    const id = `evt_${index}`;
    const whole = { ...event, id, sequence: index, time: "2026-03-01T20:00:00.000Z", stream };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of one type each, as written below
    await store.commit((tx) => apply(tx, whole as Event));
  }
}

const open = async (store: Store) => {
  const rows = await store.db
    .selectFrom("alerts")
    .selectAll()
    .where("open_key", "is not", null)
    .orderBy("id")
    .execute();
  return rows.map(toAlert).map(({ kind, key, severity, data }) => [kind, key, severity, data]);
};

storeTest("a disk that fills alarms by its rung, and no more when there is room", async (on) => {
  const rung = (name: string) => ({
    type: "archive_pressure" as const,
    data: { rung: name, freeBytes: 5, totalBytes: 100, fullAt: null },
  });
  await tell(on.store, on.world, [rung("warn"), rung("no_exports")]);
  assert.deepEqual(await open(on.store), [
    [
      "archive_pressure",
      "archive",
      "critical",
      { rung: "no_exports", freeBytes: 5, totalBytes: 100, fullAt: null },
    ],
  ]);
  await tell(on.store, on.world, [rung("ok")]);
  assert.deepEqual(await open(on.store), []);
});

storeTest("a quality that is missing alarms until it is back or the show is over", async (on) => {
  const degraded = (rendition: string) => ({
    type: "transcoder_degraded" as const,
    data: { rendition, reason: "slow" as const },
  });
  await tell(on.store, on.world, [
    degraded("720p"),
    degraded("480p"),
    { type: "transcoder_recovered", data: { rendition: "480p" } },
  ]);
  assert.deepEqual(await open(on.store), [
    [
      "transcoder_degraded",
      "str_1:720p",
      "warning",
      { stream: "story", rendition: "720p", reason: "slow" },
    ],
  ]);
  const ended = { from: "2026-03-01T20:00:00.000Z", to: "2026-03-01T20:00:00.000Z", duration: 0 };
  await tell(on.store, on.world, [
    { type: "broadcast_ended", data: { ...ended, gaps: [], sessions: [], reason: "unpublished" } },
  ]);
  assert.deepEqual(await open(on.store), []);
});

storeTest("lost media is told, and a start without loss is not", async (on) => {
  await tell(on.store, on.world, [
    { type: "server_started", data: { secondsLost: 0, streams: [] } },
    {
      type: "archive_gap",
      data: {
        from: "2026-03-01T20:00:00.000Z",
        to: "2026-03-01T20:00:08.000Z",
        reason: "disk_full",
      },
    },
  ]);
  assert.deepEqual(await open(on.store), [
    ["archive_gap", "str_1", "critical", { stream: "story", seconds: 8, reason: "disk_full" }],
  ]);
  await tell(on.store, on.world, [
    { type: "server_started", data: { secondsLost: 0.4, streams: [{}] } },
  ]);
  assert.deepEqual((await open(on.store)).at(-1), [
    "media_lost",
    "server",
    "warning",
    { seconds: 0.4, streams: 1 },
  ]);
});
