import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { Fault } from "@oxbow/contract";
import { StreamSignal } from "./stream-signal.ts";
import { requestOf, TestLog, TestWriter, testViewers, testWorld } from "./viewers-for-tests.ts";

const about = { stream: { id: "str_story", name: "story" }, broadcast: "brd_1" };
const recording = "/dvr/story/index.m3u8?from=1&to=2";

/** Waits until something is so. */
async function until(is: () => boolean): Promise<void> {
  while (!is()) await turn();
}

test("a listener is told how the stream stands, and then what viewers may know of what happens", async () => {
  const log = new TestLog();
  await using signal = new StreamSignal(log, testWorld());
  log.current = { state: "live", broadcast: "brd_1", recording: null };
  const writer = new TestWriter();
  signal.open("str_story", writer);
  await until(() => writer.told.length === 1);
  assert.match(writer.text, /^retry: [1-5]\d{3}\n\n/);
  log.current = { state: "offline", broadcast: null, recording };
  log.tell({ type: "publish_stopped", ...about, data: { address: "192.0.2.7:5" } });
  log.tell({
    type: "broadcast_ended",
    ...about,
    stream: { id: "str_other", name: "other" },
    data: {},
  });
  const ended = { reason: "unpublished", from: "a", to: "b", duration: 3 };
  const secret = { sessions: [{ address: "192.0.2.7:5" }], playback: { hls: "http://inside" } };
  log.tell({ type: "broadcast_ended", ...about, data: { ...ended, ...secret } });
  log.tell({ type: "asset_ready", ...about, data: { asset: "ast_clip", export: "exp_clip" } });
  log.tell({
    type: "asset_ready",
    ...about,
    data: { asset: "ast_1", export: "exp_auto", title: "T" },
  });
  await until(() => writer.told.length === 3);
  const more = { recording, time: "2026-03-01T20:00:00.000Z" };
  assert.deepEqual(writer.told, [
    ["state", { state: "live", broadcast: "brd_1", recording: null }],
    ["broadcast_ended", { broadcast: "brd_1", ...ended, ...more }],
    ["asset_ready", { broadcast: "brd_1", asset: "ast_1", title: "T", ...more }],
  ]);
});

test("listeners who come together are told by one look, and one reading of the log serves all", async () => {
  const log = new TestLog();
  await using signal = new StreamSignal(log, testWorld());
  const writers = Array.from({ length: 200 }, () => new TestWriter());
  for (const writer of writers) signal.open("str_story", writer);
  await until(() => writers.every(({ told }) => told.length === 1));
  assert.equal(log.asked, 1);
  log.tell({ type: "broadcast_started", ...about, data: { from: "a", tracks: [] } });
  await until(() => writers.every(({ told }) => told.length === 2));
  assert.equal(log.asked, 2);
});

test("what happens while a listener is being told the state is in it, or comes after it", async () => {
  const log = new TestLog();
  await using signal = new StreamSignal(log, testWorld());
  const gate = Promise.withResolvers<void>();
  const first = log.facts.bind(log);
  let looks = 0;
  log.facts = async () => {
    looks += 1;
    const facts = { ...(await first()), state: "offline", broadcast: null, recording: null };
    if (looks > 1) return { ...facts, state: "live" };
    await gate.promise;
    return facts;
  };
  const writer = new TestWriter();
  signal.open("str_story", writer);
  await until(() => looks === 1);
  log.tell({ type: "broadcast_started", ...about, data: {} });
  await until(() => looks === 2);
  gate.resolve();
  await until(() => writer.told.length === 1);
  assert.deepEqual(writer.told[0], ["state", { state: "live", broadcast: null, recording: null }]);
});

test("a listener who reads nothing is shown out, one who leaves is forgotten, and the end closes all", async () => {
  const log = new TestLog();
  const signal = new StreamSignal(log, testWorld());
  const [slow, gone, here] = [new TestWriter(), new TestWriter(), new TestWriter()];
  for (const writer of [slow, gone, here]) signal.open("str_story", writer);
  await until(() => here.told.length === 1);
  slow.queuedBytes = 100_000;
  gone.close();
  log.tell({ type: "broadcast_started", ...about, data: {} });
  await until(() => here.told.length === 2);
  assert.deepEqual([slow.closed, gone.told.length], [true, 1]);
  await signal[Symbol.asyncDispose]();
  assert.equal(here.closed, true);
  const late = new TestWriter();
  signal.open("str_story", late);
  assert.equal(late.closed, true);
});

test("a stream that is deleted has no listeners", async () => {
  const log = new TestLog();
  await using signal = new StreamSignal(log, testWorld());
  const writer = new TestWriter();
  signal.open("str_story", writer);
  await until(() => writer.told.length === 1);
  log.current = undefined;
  log.tell({ type: "stream_deleted", ...about, data: { name: "story" } });
  await until(() => writer.closed);
  const late = new TestWriter();
  signal.open("str_story", late);
  await until(() => late.closed);
});

test("five hundred may listen from one address", () => {
  const { viewers } = testViewers();
  const listen = (address: string) => {
    const admission = viewers.admit(requestOf("/live/story/events", { address }));
    assert.ok(admission && !(admission instanceof Promise));
    if (!(admission instanceof Fault)) admission.joined(undefined, { close: () => {} });
    return admission;
  };
  const all = Array.from({ length: 501 }, () => listen("::1"));
  const refused = all.filter((one) => one instanceof Fault);
  assert.deepEqual(
    refused.map(({ code }) => code),
    ["viewer_limit"],
  );
  const [first] = all;
  assert.ok(first && !(first instanceof Fault));
  first.left(undefined);
  assert.ok(!(listen("::1") instanceof Fault));
  assert.ok(!(listen("::2") instanceof Fault));
});
