import assert from "node:assert/strict";
import { test } from "node:test";
import { type Fact, type Life, step, type VideoFile } from "./life.ts";

const planned: Life = {
  state: "planned",
  source: "none",
  broadcast: null,
  from: null,
  to: null,
  kept: null,
  file: null,
  fallback: null,
  publishedAt: null,
};
const file: VideoFile = { asset: "ast_1", bytes: 9, duration: 60_000, cut: null };
const fallback = { code: "disk_full", message: "No room", at: 9 };

const started: Fact = { what: "broadcast_started", broadcast: "brd_1", from: 1000 };
const ready: Fact = { what: "playback_ready", at: 3000 };
const over: Fact = { what: "broadcast_ended", from: 1000, to: 61_000, recorded: true };
const published: Fact = { what: "file_published", file, at: 70_000 };
const after = (...facts: readonly Fact[]): Life => facts.reduce(step, planned);

test("a planned video is live with its broadcast, and plays when there is something to play", () => {
  const begun = after(started);
  assert.deepEqual(begun, {
    ...planned,
    state: "live",
    broadcast: "brd_1",
    from: 1000,
    kept: { from: 1000, to: null },
  });
  assert.deepEqual(step(begun, ready), { ...begun, source: "live", publishedAt: 3000 });
});

test("a lost encoder interrupts, and one that is back resumes", () => {
  const live = after(started, ready);
  const interrupted = step(live, { what: "broadcast_interrupted" });
  assert.deepEqual(interrupted, { ...live, state: "interrupted" });
  assert.deepEqual(step(interrupted, { what: "broadcast_resumed" }), live);
});

test("an interruption may end the broadcast", () => {
  const end = after(started, ready, { what: "broadcast_interrupted" }, over);
  assert.deepEqual(end, after(started, ready, over));
});

test("an ended broadcast publishes its recording by itself", () => {
  assert.deepEqual(after(started, ready, over), {
    ...planned,
    state: "ended",
    source: "recording",
    broadcast: "brd_1",
    from: 1000,
    to: 61_000,
    kept: { from: 1000, to: 61_000 },
    publishedAt: 3000,
  });
});

test("a broadcast that was not recorded leaves nothing to play", () => {
  const end = after(started, ready, { ...over, recorded: false });
  assert.deepEqual([end.state, end.source, end.kept], ["ended", "none", null]);
});

test("a file takes the recording's place, and the recording the file's where that goes", () => {
  const recording = after(started, ready, over);
  const played = step(recording, published);
  assert.deepEqual(played, { ...recording, source: "file", file });
  assert.deepEqual(step(played, { what: "file_unpublished" }), recording);
  assert.deepEqual(step(played, { what: "asset_deleted", asset: "ast_1" }), recording);
  assert.equal(step(played, { what: "asset_deleted", asset: "ast_other" }), played);
});

test("a file that is made while the broadcast runs waits for its end", () => {
  const live = after(started, ready, { ...published, at: 5000 });
  assert.equal(live.source, "live");
  assert.equal(step(live, over).source, "file");
});

test("a film plays when the media server can play its file", () => {
  const film: Life = { ...planned, state: "ended", file: { ...file, bytes: null, duration: null } };
  const playable: Fact = { what: "asset_ready", asset: "ast_1", bytes: 9, duration: 60_000 };
  assert.deepEqual(step(film, playable), { ...film, source: "file", file });
  assert.equal(step(film, { ...playable, asset: "ast_other" }), film);
  const played = step(after(started, over), published);
  assert.equal(step(played, playable), played, "a published file is known already");
});

test("a failed export takes nothing away and says why, until there is a file", () => {
  const recording = after(started, ready, over);
  const failed = step(recording, { what: "no_file", fallback });
  assert.deepEqual(failed, { ...recording, fallback });
  assert.equal(step(failed, published).fallback, null);
  const played = step(recording, published);
  assert.equal(step(played, { what: "no_file", fallback }), played);
});

test("a recording goes as retention takes it, from either end", () => {
  const recording = after(started, ready, over);
  const evict = (from: number, to: number): Fact => ({ what: "archive_evicted", from, to });
  const shorter = step(recording, evict(0, 31_000));
  assert.deepEqual(shorter, { ...recording, kept: { from: 31_000, to: 61_000 } });
  assert.deepEqual(step(shorter, evict(41_000, 90_000)).kept, { from: 31_000, to: 41_000 });
  assert.equal(step(recording, evict(20_000, 30_000)), recording, "a hole in it is a gap");
  assert.equal(step(recording, evict(70_000, 90_000)), recording, "it is not of this broadcast");
  const gone = step(recording, evict(0, 60_500));
  assert.deepEqual([gone.source, gone.kept], ["none", null]);
  assert.equal(step(step(recording, published), evict(0, 61_000)).source, "file");
});

test("what retention took while it was live is not there afterwards", () => {
  const live = step(after(started, ready), { what: "archive_evicted", from: 0, to: 21_000 });
  assert.deepEqual(live.kept, { from: 21_000, to: null });
  assert.deepEqual(step(live, over).kept, { from: 21_000, to: 61_000 });
});

test("what comes too late or twice changes nothing", () => {
  const end = after(started, ready, over);
  for (const fact of [
    started,
    ready,
    over,
    { what: "broadcast_interrupted" },
    { what: "broadcast_resumed" },
  ] as const) {
    assert.equal(step(end, fact), end, fact.what);
  }
  for (const fact of [ready, over, { what: "broadcast_interrupted" }] as const)
    assert.equal(step(planned, fact), planned, fact.what);
});
