import assert from "node:assert/strict";
import { test } from "node:test";
import { type Event, healthIssueCodes, publishEnds, publishRefusals } from "@oxbow/sdk";
import { encoderEnds, issueCodes, refusalCodes } from "@oxbow/site-contract";
import { storeTest } from "../store/store-for-tests.ts";
import { channelProjection } from "./channel-projection.ts";
import { channelOf, issuesOf, sessionOf } from "./channel-row.ts";
import { createChannel } from "./create-channel.ts";

const T0 = Date.parse("2026-03-01T20:00:00.000Z");
const at = (seconds: number): string => new Date(T0 + seconds * 1000).toISOString();

test("the site has a name for all that the media server tells of encoders", () => {
  const missing = (codes: readonly string[], known: readonly string[]) =>
    codes.filter((code) => !known.includes(code));
  assert.deepEqual(missing(healthIssueCodes, issueCodes), []);
  assert.deepEqual(missing(publishRefusals, refusalCodes), []);
  assert.deepEqual(missing(publishEnds, encoderEnds), []);
});

storeTest("a channel tells why its encoder is gone, and until when it may be back", async (on) => {
  const { store, world } = on;
  const wish = { handle: "ana", name: "Ana", about: "", defaults: {} };
  await store.commit((tx) => createChannel(tx, world, { id: "per_ana" }, wish));
  await store.commit((tx) => tx.updateTable("channels").set({ stream: "str_ana" }).execute());
  const projection = channelProjection(world);
  let sequence = 0;
  const tell = async (type: string, data: object, isOfStream = true): Promise<void> => {
    assert.ok(
      projection.types.some((known) => known === type),
      type,
    );
    const stream = isOfStream ? { stream: { id: "str_ana", name: "ana" } } : {};
    const event = { id: `evt_${++sequence}`, type, sequence, time: at(sequence), ...stream, data };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as the media server tells it
    await store.commit((tx) => projection.apply(tx, event as unknown as Event));
  };
  const now = async () => {
    const row = await channelOf(store.db, "per_ana");
    assert.ok(row !== undefined);
    const issues = issuesOf(row).map(({ code, params }) => [code, params]);
    return { session: sessionOf(row)?.id ?? null, issues };
  };
  const start = (session: string) =>
    tell("publish_started", { session, protocol: "rtmp", address: "1.2.3.4:5", encoder: "OBS" });

  await start("ses_1");
  await tell("stream_health", { code: "gopLong", severity: "warning", state: "began" });
  assert.deepEqual(await now(), { session: "ses_1", issues: [["gopLong", {}]] });
  await tell("publish_stopped", { session: "ses_1", reason: "kicked" });
  const lost = { reason: "kicked" };
  assert.deepEqual(await now(), { session: null, issues: [["encoderLost", lost]] });
  await tell("broadcast_interrupted", { windowEnds: at(40) });
  const waiting = { ...lost, windowEnds: at(40) };
  assert.deepEqual(await now(), { session: null, issues: [["encoderLost", waiting]] });

  await start("ses_2");
  assert.deepEqual(await now(), { session: "ses_2", issues: [] });
  await tell("publish_stopped", { session: "ses_1", reason: "idle" });
  assert.deepEqual((await now()).issues, [], "told late");
  await tell("archive_pressure", { rung: "no_recordings", freeBytes: 1 }, false);
  assert.deepEqual((await now()).issues, [["recordingStopped", {}]]);
  // The media server was killed, and tells no session's end.
  await tell("broadcast_interrupted", { windowEnds: at(90) });
  assert.deepEqual((await now()).issues, [["encoderLost", { reason: "lost", windowEnds: at(90) }]]);
  await start("ses_3");
  assert.deepEqual((await now()).issues, [["recordingStopped", {}]], "the disk is full still");
  await tell("archive_pressure", { rung: "no_renditions", freeBytes: 2 }, false);
  assert.deepEqual((await now()).issues, [["renditionsNotRecorded", {}]]);
  await tell("archive_pressure", { rung: "ok", freeBytes: 9 }, false);
  assert.deepEqual((await now()).issues, []);
  await tell("publish_stopped", { session: "ses_3", reason: "unpublish" });
  await tell("broadcast_ended", {});
  assert.deepEqual(await now(), { session: null, issues: [] });
});
