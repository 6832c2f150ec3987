import assert from "node:assert/strict";
import { type Event, type EventOf } from "@oxbow/sdk";
import { videoOf } from "../videos/index.ts";
import { changeWish } from "./change-wish.ts";
import { claimStrays } from "./export-projection.ts";
import { type ExportsOn, exportsTest, plainOptions } from "./exports-for-tests.ts";
import { addWish, type NewWish } from "./new-wish.ts";
import { lifeOf, type WishRow, wishOf } from "./wish-row.ts";

async function wish(on: ExportsOn, more: Partial<NewWish> = {}): Promise<WishRow> {
  return on.store.commit(async (tx) => {
    const video = await videoOf(tx, "vid_1");
    assert.ok(video);
    return addWish(tx, on.parts, {
      video,
      stream: "str_ana",
      title: video.title,
      range: null,
      options: plainOptions,
      by: { id: "per_ana", name: "Ana" },
      ...more,
    });
  });
}

/** The media server has agreed. */
const accepted = (on: ExportsOn, { id }: WishRow): Promise<void> =>
  on.store.commit(async (tx) => {
    const row = await wishOf(tx, id);
    assert.ok(row);
    await changeWish(tx, on.parts, row, { do: "accepted", export: "exp_1" });
    await claimStrays(tx, on.parts, "exp_1");
  });

const ready: Pick<EventOf<"dvr_mp4_export_ready">, "type" | "data"> = {
  type: "dvr_mp4_export_ready",
  data: {
    export: "exp_1",
    asset: "ast_9",
    location: "file:x",
    bytes: 500,
    duration: 59.5,
    sha256: null,
    tracks: [],
    gaps: [
      { from: "1970-01-01T00:00:11.000Z", to: "1970-01-01T00:00:12.000Z", reason: "x", at: 10 },
    ],
    cut: { from: "1970-01-01T00:00:01.000Z", to: "1970-01-01T00:01:01.000Z" },
    files: [],
    playback: {},
    queuedMs: 1,
    runningMs: 1,
    attempt: 1,
  },
};

const failed: Pick<EventOf<"dvr_mp4_export_failed">, "type" | "data"> = {
  type: "dvr_mp4_export_failed",
  data: {
    export: "exp_1",
    code: "range_changes_codec",
    message: "The size changes",
    retryable: false,
    attempts: 1,
    fallbacks: [{ kind: "dvr", url: "http://media.test/dvr" }],
  },
};

async function now(on: ExportsOn, { id }: WishRow): Promise<WishRow> {
  const row = await wishOf(on.store.db, id);
  assert.ok(row);
  return row;
}

const kinds = async ({ store }: ExportsOn): Promise<string[]> =>
  (await store.db.selectFrom("tasks").select("kind").orderBy("kind").execute()).map(
    ({ kind }) => kind,
  );

exportsTest("a file that is ready is what its video plays, with its gaps in place", async (on) => {
  const row = await wish(on);
  await accepted(on, row);
  await on.tell(ready);
  const video = await videoOf(on.store.db, "vid_1");
  assert.deepEqual(
    [video?.source, video?.asset, video?.asset_duration, JSON.parse(video?.asset_cut ?? "")],
    [
      "file",
      "ast_9",
      59_500,
      { from: 1000, to: 61_000, gaps: [{ from: 11_000, to: 12_000, at: 10, filled: false }] },
    ],
  );
  assert.equal(lifeOf(await now(on, row)).file?.video, "vid_1");
  assert.ok((await kinds(on)).includes("exports.release"));
});

exportsTest("what was told before the answer is applied with it", async (on) => {
  const row = await wish(on);
  await on.tell({
    type: "dvr_mp4_export_start",
    data: {
      export: "exp_1",
      attempt: 1,
      range: { from: "2026-03-01T20:05:00.000Z", to: "2026-03-01T20:15:00.000Z" },
    },
  });
  await on.tell(ready);
  assert.equal((await now(on, row)).state, "asking");
  await accepted(on, row);
  assert.equal((await now(on, row)).state, "ready");
  assert.deepEqual(await on.store.db.selectFrom("export_strays").selectAll().execute(), []);
});

exportsTest("exports that somebody else asked for are nobody's here", async (on) => {
  await on.tell(ready);
  assert.deepEqual(await on.store.db.selectFrom("export_strays").selectAll().execute(), []);
});

exportsTest(
  "a failure publishes nothing, tells why, calls the operator and gives nothing back",
  async (on) => {
    const row = await wish(on);
    await accepted(on, row);
    await on.tell(failed);
    const video = await videoOf(on.store.db, "vid_1");
    assert.deepEqual([video?.source, video?.asset], ["recording", null]);
    assert.match(video?.fallback ?? "", /range_changes_codec/);
    const life = lifeOf(await now(on, row));
    assert.deepEqual(
      [life.state, life.fallback?.recording, life.fallback?.video],
      ["failed", "applied", "vid_1"],
    );
    assert.deepEqual(on.alerts, ["+export_failed warning"]);
    assert.ok(!(await kinds(on)).includes("exports.release"));
  },
);

exportsTest(
  "of a stretch that failed the recording is a clip, and the file takes its place later",
  async (on) => {
    const row = await wish(on, {
      range: { from: 5000, to: 9000 },
      options: { ...plainOptions, publish: "clip" },
    });
    await accepted(on, row);
    await on.tell(failed);
    const shown = lifeOf(await now(on, row)).fallback?.video ?? "";
    const clip = await videoOf(on.store.db, shown);
    assert.deepEqual(
      [clip?.kind, clip?.source, clip?.kept_from, clip?.kept_to],
      ["clip", "recording", 5000, 9000],
    );
    await on.store.commit(async (tx) =>
      changeWish(tx, on.parts, await now(on, row), { do: "retry" }),
    );
    await accepted(on, row);
    await on.tell(ready);
    const later = await videoOf(on.store.db, shown);
    assert.deepEqual([later?.source, later?.asset], ["file", "ast_9"]);
    assert.equal(lifeOf(await now(on, row)).file?.video, shown);
    assert.deepEqual((await on.store.db.selectFrom("videos").select("id").execute()).length, 2);
  },
);

exportsTest(
  "a file is made after each recorded broadcast where the channel says so",
  async (on) => {
    const ended: Pick<Event, "type" | "data"> = {
      type: "broadcast_ended",
      data: {
        from: "1970-01-01T00:00:01.000Z",
        to: "1970-01-01T00:01:01.000Z",
        duration: 60,
        gaps: [],
        sessions: [],
        reason: "unpublished",
        playback: {},
      },
    };
    await on.tell(ended);
    assert.deepEqual(await kinds(on), []);
    const playback = { hls: "http://media.test/dvr/ana/index.m3u8" };
    await on.tell({ ...ended, data: { ...ended.data, playback } });
    const rows = await on.store.db.selectFrom("export_wishes").selectAll().execute();
    assert.deepEqual(
      rows.map(({ video, state, asked_by, from_at }) => ({ video, state, asked_by, from_at })),
      [{ video: "vid_1", state: "asking", asked_by: null, from_at: null }],
    );
    assert.deepEqual(await kinds(on), ["exports.ask"]);
  },
);

exportsTest(
  "pages of the streamer hear all of it, those at the video only that there is one",
  async (on) => {
    const row = await wish(on);
    await accepted(on, row);
    await on.tell(ready);
    const told = await on.store.db
      .selectFrom("updates")
      .select(["topic", "type", "data"])
      .execute();
    const states = told
      .filter(({ topic, type }) => topic !== "operator" && type === "export.changed")
      .map(({ topic, data }) => `${topic} ${JSON.parse(data).state}`);
    assert.deepEqual(states, [
      "exports:chn_1 asking",
      "exports:chn_1 queued",
      "exports:chn_1 ready",
    ]);
    const open = told.filter(({ type }) => type === "video.export");
    assert.deepEqual(
      open.map(({ topic, data }) => [topic, JSON.parse(data)]),
      ["asking", "queued", "ready"].map((state) => ["video:vid_1", { wish: row.id, state }]),
    );
  },
);

exportsTest(
  "where the disk was full, wishes go on when there is room, one after the other",
  async (on) => {
    const { store, world } = on;
    const full = { ...failed.data, code: "storage_full", retryable: true };
    const others = { ...failed.data, export: "exp_2" };
    const waiting = await wish(on);
    await accepted(on, waiting);
    await on.tell({ type: "dvr_mp4_export_failed", data: full });
    const { state, needed, life } = await now(on, waiting);
    assert.deepEqual([state, needed], ["failed", 1]);
    assert.ok(Number(lifeOf({ life }).retryAt) - world.now() >= 5 * 60_000);
    assert.deepEqual(on.alerts, ["+export_failed warning"]);
    const lost = await wish(on);
    await store.commit(async (tx) => {
      await changeWish(tx, on.parts, lost, { do: "accepted", export: "exp_2" });
    });
    await on.tell({ type: "dvr_mp4_export_failed", data: others });
    const times = async () =>
      (
        await store.db
          .selectFrom("tasks")
          .select(["key", "at"])
          .where("kind", "=", "exports.retry")
          .execute()
      ).map(({ key, at }) => [key, at - world.now()]);
    const space = { freeBytes: 1, totalBytes: 2, fullAt: null };
    await on.tell({ type: "archive_pressure", data: { rung: "no_renditions", ...space } });
    assert.ok(Number((await times())[0]?.[1]) >= 5 * 60_000);
    await on.tell({ type: "archive_pressure", data: { rung: "ok", ...space } });
    assert.deepEqual(await times(), [[waiting.id, 0]]);
  },
);
