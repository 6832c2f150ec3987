import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type Client, createClient } from "@oxbow/sdk";
import { sql } from "kysely";
import { encodersOf } from "../../../../tests/child-processes.ts";
import { type ServerProcess, startServer } from "../../../../tests/server-process.ts";
import { until } from "../../../../tests/until.ts";
import { type ChannelRow, channelOf, channelTasks, houseChannel } from "../channels/index.ts";
import { openStore, type Store } from "../store/index.ts";
import { testWorld } from "../store/store-for-tests.ts";
import { startTasks } from "../tasks/index.ts";
import { retrySampleFilm, sampleFilmTasks, wantSampleFilm } from "./sample-film.ts";
import { testStreamHandlers } from "./test-handlers.ts";
import { TestStreams } from "./test-streams.ts";

const refusals = { name: "SiteFault", code: "conflict" } as const;

void describe("test stream and sample film, on a media server", () => {
  const world = { ...testWorld(), now: Date.now };
  let folder: string;
  let server: ServerProcess;
  let store: Store;
  let media: Client;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "oxbow-test-stream-"));
    server = await startServer();
    store = await openStore({ file: join(folder, "platform.db") });
    media = createClient({ url: server.http, key: server.key });
  });

  after(async () => {
    await store[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  /** A channel that is on the media server. */
  async function channel(): Promise<ChannelRow> {
    await store.commit((tx) => houseChannel(tx, world));
    const made = await channelOf(store.db, "oxbow");
    if (made?.stream != null) return made;
    const { id } = await media.streams.create({ name: "tested" });
    await store.commit((tx) => tx.updateTable("channels").set({ stream: id }).execute());
    const row = await channelOf(store.db, "oxbow");
    assert.ok(row !== undefined);
    return row;
  }

  void test("one test stream runs on a channel until it is stopped, and leaves no process", async () => {
    const row = await channel();
    await using tests = new TestStreams({ store, world, media, ffmpeg: "ffmpeg" });
    assert.deepEqual(await tests.of(row.id), { running: null, missing: null });
    const started = await tests.start(row);
    const [encoder = 0] = await until("its ffmpeg", async () => {
      const found = await encodersOf(process.pid);
      return found.length === 1 ? found : undefined;
    });
    const { url, key } = (await media.streams.get("tested")).publish.rtmp;
    const command = await readFile(`/proc/${encoder}/cmdline`, "utf8");
    const around = await readFile(`/proc/${encoder}/environ`, "utf8");
    assert.match(command, /testsrc2/);
    for (const secret of [url ?? "", key ?? ""])
      assert.ok(secret.length > 0 && !command.includes(secret) && !around.includes(secret));
    assert.equal(Date.parse(started.endsAt) - Date.parse(started.startedAt), 600_000);
    await until("the test stream on air", async () => {
      const { state } = await media.streams.get("tested");
      return state === "live" ? state : undefined;
    });
    const { tracks } = await media.streams.health("tested");
    assert.deepEqual(
      tracks.map(({ kind, height }) => [kind, height]),
      [
        ["video", 720],
        ["audio", undefined],
      ],
    );
    await assert.rejects(tests.start(row), { ...refusals, reason: "test_running" });
    await tests.stop(row.id);
    const ends = await until("word of its end", async () => {
      const told = await store.db.selectFrom("updates").select(["type", "data"]).execute();
      const ofTest = told.filter(({ type }) => type === "channel.test").map(({ data }) => data);
      return ofTest.length === 2 ? ofTest : undefined;
    });
    assert.deepEqual(ends, [JSON.stringify({ running: started }), '{"running":null}']);
    assert.deepEqual(await tests.of(row.id), { running: null, missing: null });
    assert.deepEqual(await encodersOf(process.pid), []);
    await assert.rejects(tests.start(row), { ...refusals, reason: "already_live" });
  });

  void test("as many run as may, one whose broadcast is ended stops, and all end with the platform", async () => {
    const row = await channel();
    const { id } = await media.streams.create({ name: "second" });
    const other = { ...row, id: "chn_other", stream: id };
    await using tests = new TestStreams({ store, world, media, ffmpeg: "ffmpeg", most: 2 });
    await media.streams.end("tested");
    await Promise.all([tests.start(row), tests.start(other)]);
    const third = tests.start({ ...row, id: "chn_third" });
    await assert.rejects(third, { ...refusals, reason: "test_limit" });
    await until("both on air", async () => {
      const states = ["tested", "second"].map(
        async (name) => (await media.streams.get(name)).state,
      );
      return (await Promise.all(states)).join() === "live,live" ? true : undefined;
    });
    await media.streams.end("second");
    await until("its end", async () =>
      (await tests.of(other.id)).running === null ? true : undefined,
    );
    assert.equal((await encodersOf(process.pid)).length, 1);
    await tests[Symbol.asyncDispose]();
    assert.deepEqual(await encodersOf(process.pid), []);
    await assert.rejects(tests.start(other), { ...refusals, reason: "test_limit" });
  });

  void test("with a full disk a start fails as a whole: nothing runs that nobody has noted", async () => {
    const row = await channel();
    await media.streams.end("tested").catch(() => undefined);
    await using tests = new TestStreams({ store, world, media, ffmpeg: "ffmpeg" });
    const handlers = testStreamHandlers({ store, world, tests });
    const person = { id: "per_1", name: "O", email: "o@site.test", role: "operator" } as const;
    const caller = { person: { ...person, language: "en" }, address: "192.0.2.1" } as const;
    for (const table of ["audit", "updates"])
      await store.commit(async (tx) => {
        const full = `begin select raise(abort, 'database or disk is full'); end`;
        await sql.raw(`create trigger full_${table} before insert on ${table} ${full}`).execute(tx);
      });
    const call = { params: { channel: row.id }, query: undefined, body: undefined, caller };
    await assert.rejects(handlers["channels.startTest"](call), /disk is full/);
    assert.deepEqual(await encodersOf(process.pid), []);
    await until("its end", async () =>
      (await tests.of(row.id)).running === null ? true : undefined,
    );
    for (const table of ["audit", "updates"])
      await store.commit(async (tx) => {
        await sql.raw(`drop trigger full_${table}`).execute(tx);
      });
  });

  void test("without ffmpeg it is told what is missing, and nothing is started", async () => {
    const row = await channelOf(store.db, "oxbow");
    assert.ok(row !== undefined);
    await using tests = new TestStreams({ store, world, media, ffmpeg: "/no/such/ffmpeg" });
    assert.deepEqual(await tests.of(row.id), { running: null, missing: "ffmpeg" });
    await assert.rejects(tests.start(row), { ...refusals, reason: "ffmpeg_missing" });
  });

  void test("a new site makes its film once: a video that waits for its file, and the file", async () => {
    const parts = { store, world, media, data: folder };
    const missing = sampleFilmTasks({ ...parts, ffmpeg: "/no/such/ffmpeg" });
    const there = { ...sampleFilmTasks({ ...parts, ffmpeg: "ffmpeg" }), ...channelTasks(parts) };
    const stateOf = () => store.db.selectFrom("sample_film").select("state").executeTakeFirst();
    for (const [handlers, state] of [
      [missing, "missing"],
      [there, "done"],
      [there, "done"],
    ] as const) {
      await store.commit(async (tx) => {
        await wantSampleFilm(tx, world);
        await retrySampleFilm(tx, world);
      });
      await using running = startTasks(store, world, handlers);
      await until(state, async () => ((await stateOf())?.state === state ? state : undefined));
      await running.idle();
    }
    const videos = await store.db.selectFrom("videos").select(["kind", "title", "asset"]).execute();
    const asset = videos[0]?.asset ?? "";
    assert.deepEqual(videos, [{ kind: "film", title: "A sample film", asset }]);
    const ready = await until("the asset", async () => {
      const told = await media.assets.get(asset);
      return told.state === "ready" ? told : undefined;
    });
    assert.ok(Math.abs(ready.duration - 12) < 0.1);
  });
});
