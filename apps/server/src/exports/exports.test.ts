import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Asset, Export } from "@oxbow/contract";
import { plus } from "@oxbow/media";
import { encodeClip, extentOf, readClip, sparseClip } from "./clip-for-tests.ts";
import {
  eventsOf,
  filesOf,
  ORIGIN,
  onExports,
  openParts,
  pins,
  Recorded,
  reaches,
  refused,
  STREAM,
  TERMINAL,
} from "./exports-for-tests.ts";

/** The program that is killed: makes one large export, and says when it is under way. */
async function exportUntilKilled(folder: string): Promise<void> {
  const parts = await openParts(folder);
  const clip = await sparseClip(await readClip(join(folder, "c.mp4")), join(folder, "s.mp4"), 16);
  parts.recorded.placed = [{ clip, origin: ORIGIN }];
  const { from, to } = extentOf({ clip, origin: ORIGIN });
  const { id } = await parts.exports.create({ stream: "story", from, to });
  await reaches(parts, id, "running");
  process.send?.(id);
}

const [, , killed] = process.argv;
if (killed === undefined) await tests();
else await exportUntilKilled(killed);

async function tests(): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), "oxbow-exports-"));
  after(() => rm(root, { recursive: true, force: true }));
  const clip = await encodeClip(root, "clip", { seconds: 12 });
  const placed = { clip, origin: ORIGIN };
  const extent = extentOf(placed);
  const from = plus(ORIGIN, 2500);
  const to = plus(ORIGIN, 9500);
  const onParts = onExports(root, placed);
  onParts("a range becomes an asset, told by its events in their order", async (parts, folder) => {
    const { exports, assets } = parts;
    const asked = { stream: "story", from, to, title: "A story", metadata: { part: 1 } };
    const created = await exports.create(asked);
    assert.equal(created.state, "queued");
    assert.equal(created.broadcast, "brd_1");
    Export.parse(created);
    assert.equal(await pins(parts), 1);
    await reaches(parts, created.id, "ready", "failed");
    const ready = Export.parse(await exports.get(created.id));
    assert.equal(ready.state, "ready");
    const asset = Asset.parse(await assets.get(ready.asset ?? ""));
    assert.equal(asset.duration, 7);
    assert.equal(asset.title, "A story");
    const [file] = asset.files;
    const bytes = await readFile(join(folder, "assets", asset.id, "source.mp4"));
    assert.equal(file?.bytes, bytes.length);
    assert.equal(asset.sha256, createHash("sha256").update(bytes).digest("hex"));
    const told = await eventsOf(parts, created.id);
    const types = told.map(({ type }) => type).filter((type) => !type.endsWith("progress"));
    assert.deepEqual(types, ["dvr_mp4_export_start", "dvr_mp4_export_ready", "asset_ready"]);
    const [start, last] = [told[0]?.data, told.at(-2)?.data];
    assert.deepEqual(start?.["range"], { from: ready.from, to: ready.to });
    assert.deepEqual(last?.["cut"], { from: ready.from, to: ready.to });
    assert.deepEqual(last?.["gaps"], []);
    assert.equal(last?.["location"], `file:${join(folder, "assets", asset.id, "source.mp4")}`);
    assert.equal(await pins(parts), 0);
    const vod = await assets.vodRoute(asset.id, "index.m3u8");
    assert.ok(vod?.kind === "bytes");
    await assets.remove(asset.id);
    assert.deepEqual(await filesOf(folder), []);
    await refused(assets.get(asset.id), "asset_unknown");
    assert.equal(await assets.vodRoute(asset.id, "index.m3u8"), undefined);
  });

  onParts(
    "the same range as instant MP4 is the same file, and is planned once",
    async (parts, folder) => {
      const { exports } = parts;
      const { id } = await exports.create({ stream: "story", from, to });
      await reaches(parts, id, "ready", "failed");
      const { asset } = await exports.get(id);
      const file = await readFile(join(folder, "assets", asset ?? "", "source.mp4"));
      const movie = await exports.instantMp4(STREAM.name, from, to);
      const read: Buffer[] = [];
      for await (const part of movie.read(0, movie.bytes)) read.push(Buffer.from(part));
      assert.ok(Buffer.concat(read).equals(file));
      assert.equal((await exports.instantMp4(STREAM.id, from, to)).etag, movie.etag);
      await refused(exports.instantMp4("nobody", from, to), "stream_unknown");
      await refused(exports.instantMp4("story", to, from), "range_invalid");
    },
  );

  onParts("copied renditions and their texts are one asset", async (parts, folder) => {
    const { exports, recorded, assets } = parts;
    const small = await encodeClip(folder, "small", { seconds: 12, size: "80x46" });
    recorded.placed = [placed, { clip: small, origin: ORIGIN, rendition: "46p" }];
    const text = "1\n00:00:03,000 --> 00:00:05,000\nHello";
    const asked = {
      ...{ stream: "story", from, to, renditions: ["source", "46p"] },
      subtitles: [
        { language: "en", text },
        { language: "pt-BR", text, timing: "broadcast" as const, default: true },
      ],
    };
    const { id } = await exports.create(asked);
    await reaches(parts, id, "ready", "failed");
    const ready = Export.parse(await exports.get(id));
    const asset = Asset.parse(await assets.get(ready.asset ?? ""));
    assert.deepEqual(
      asset.files.map(({ rendition, tracks }) => [rendition, tracks?.[0]?.height]),
      [
        ["source", 90],
        ["46p", 46],
      ],
    );
    assert.equal(
      asset.bytes,
      asset.files.reduce((sum, { bytes }) => sum + bytes, 0),
    );
    assert.equal(ready.bytes, asset.bytes);
    const told = (await eventsOf(parts, id)).find(({ type }) => type === "dvr_mp4_export_ready");
    const files = told?.data["files"];
    assert.ok(Array.isArray(files));
    assert.deepEqual(
      files.map(({ rendition }) => rendition),
      ["source", "46p"],
    );
    // The broadcast's first picture, two behind the first decoded, comes 2.433 s before the export's.
    const cues = await Promise.all(
      asset.subtitles?.map(async ({ id: name }) => {
        const vtt = await assets.vodRoute(asset.id, `subtitles/${name}.vtt`);
        const served = vtt?.kind === "bytes" ? Buffer.concat(vtt.body).toString() : "";
        return /^.* --> .*$/m.exec(served)?.[0];
      }) ?? [],
    );
    assert.deepEqual(cues, ["00:00:03.000 --> 00:00:05.000", "00:00:00.567 --> 00:00:02.567"]);
    const instant = await exports.instantMp4("story", from, to, "46p");
    // The file has its texts besides.
    assert.ok(instant.bytes < (asset.files[1]?.bytes ?? 0));
    await refused(exports.instantMp4("story", from, to, "1080p"), "rendition_unknown");
    await exports.recover();
    assert.deepEqual(
      (await filesOf(folder)).filter((name) => name.endsWith(".txt")),
      [],
    );
  });

  onParts("what is still being recorded is waited for", async (parts) => {
    const { exports, recorded } = parts;
    recorded.open = { id: "brd_1", stream: STREAM, from: extent.from, to: null };
    recorded.sealed = plus(to, -1000);
    await refused(exports.instantMp4("story", from, to), "unavailable");
    const { id, state } = await exports.create({ stream: "story", from, to });
    const whole = await exports.create({ broadcast: "brd_1" });
    // Nobody knows when a broadcast will end; then what there is of the range is made.
    const long = await exports.create({ stream: "story", from: extent.from, to: plus(to, 60_000) });
    assert.deepEqual([state, whole.state, long.state], ["waiting", "waiting", "waiting"]);
    recorded.seal(plus(to, 2000));
    await reaches(parts, id, "ready", "failed");
    assert.equal((await exports.get(id)).state, "ready");
    assert.equal((await exports.get(whole.id)).state, "waiting");
    recorded.open = undefined;
    recorded.sealed = undefined;
    exports.recheckWaiting();
    for (const { id: all } of [whole, long]) {
      await reaches(parts, all, "ready", "failed");
      const { asset } = await exports.get(all);
      assert.equal((await parts.assets.get(asset ?? "")).duration, 12);
    }
  });

  onParts(
    "requests that can't be met are refused with their code, and leave nothing",
    async (parts) => {
      const { exports, recorded } = parts;
      const ask = (more: object) => exports.create({ stream: "story", from, to, ...more });
      await refused(ask({ stream: "nobody" }), "stream_unknown");
      await refused(ask({ to: from }), "range_invalid");
      await refused(ask({ to: plus(from, 99) }), "range_too_short");
      await refused(
        ask({ from: plus(extent.to, 10), to: plus(extent.to, 500) }),
        "range_in_future",
      );
      await refused(ask({ to: plus(extent.to, 5000) }), "range_in_future");
      await refused(
        ask({ from: plus(ORIGIN, -9000), to: plus(ORIGIN, -8000) }),
        "range_without_media",
      );
      await refused(ask({ from: plus(ORIGIN, -9000), gaps: "fail" }), "range_has_gap");
      const text = "1\n00:00:01,000 --> 00:00:02,000\nHello";
      const burned = { language: "en", text, burn: true };
      const image = { image: Buffer.from("no picture").toString("base64") };
      for (const more of [
        { loudness: true },
        { watermark: image },
        { subtitles: [burned] },
        { renditions: [{ height: 90 }] },
        { mode: "transcode", tracks: ["video"], loudness: true },
        { destination: "s3://elsewhere" },
      ]) {
        await refused(ask(more), "export_mode_unsupported");
      }
      for (const more of [
        { mode: "transcode", renditions: ["best"] },
        { renditions: ["source", "source"] },
        { mode: "transcode", watermark: image },
        { subtitles: [{ ...burned, burn: false, text: "Hello" }] },
      ]) {
        await refused(ask(more), "invalid_request");
      }
      await refused(ask({ renditions: ["source", "720p"] }), "rendition_unknown");
      await refused(exports.create({ broadcast: "brd_9" }), "broadcast_unknown");
      await refused(exports.get("exp_9"), "export_unknown");
      recorded.roomy = false;
      await refused(ask({}), "storage_full");
      assert.equal(await pins(parts), 0);
      assert.deepEqual((await exports.list({ stream: "story", limit: 10 })).items, []);
    },
  );

  onParts(
    "media lost under way fails the export once, and offers nothing that is lost too",
    async (parts, folder) => {
      const { exports, recorded } = parts;
      const lost = await sparseClip(clip, join(folder, "lost.mp4"), 2);
      recorded.placed = [{ clip: lost, origin: ORIGIN }];
      await unlink(lost.file);
      const range = extentOf({ clip: lost, origin: ORIGIN });
      const { id } = await exports.create({ stream: "story", ...range });
      await reaches(parts, id, "failed");
      const { error } = await exports.get(id);
      assert.equal(error?.code, "source_media_lost");
      const told = (await eventsOf(parts, id)).filter(({ type }) => TERMINAL.has(type));
      assert.equal(told.length, 1);
      assert.deepEqual(told[0]?.data["fallbacks"], []);
      assert.deepEqual(await filesOf(folder), []);
      assert.equal(await pins(parts), 0);
      const again = await exports.retry(id);
      assert.equal(again.retryOf, id);
      await reaches(parts, again.id, "failed");
    },
  );

  onParts("an abort ends a running export, and nothing of it is left", async (parts, folder) => {
    const { exports, recorded } = parts;
    const large = await sparseClip(clip, join(folder, "large.mp4"), 24);
    recorded.placed = [{ clip: large, origin: ORIGIN }];
    const range = extentOf({ clip: large, origin: ORIGIN });
    const { id } = await exports.create({ stream: "story", ...range });
    await reaches(parts, id, "running");
    const aborted = await exports.abort(id, "platform", "Wrong range");
    assert.equal(aborted.state, "aborted");
    await refused(exports.abort(id, "platform", "Again"), "export_finished");
    // The queue waits for its workers when it closes.
    await parts.jobs[Symbol.asyncDispose]();
    assert.deepEqual(await filesOf(folder), []);
    const told = (await eventsOf(parts, id)).filter(({ type }) => TERMINAL.has(type));
    assert.deepEqual(
      told.map(({ type, data }) => [type, data["by"], data["why"]]),
      [["dvr_mp4_export_aborted", "platform", "Wrong range"]],
    );
    assert.equal(await pins(parts), 0);
  });

  for (const round of [1, 2, 3]) {
    void test(`killed in mid-export, the next start makes it ready, once (${round})`, async () => {
      const folder = join(root, `killed-${round}`);
      await mkdir(folder);
      await encodeClip(folder, "c", { seconds: 2, audio: false });
      const child = fork(import.meta.filename, [folder]);
      const died = once(child, "exit").then(() => [undefined]);
      const [id]: unknown[] = await Promise.race([once(child, "message"), died]);
      child.kill("SIGKILL");
      await died;
      assert.ok(typeof id === "string");
      const clipFile = await readClip(join(folder, "c.mp4"));
      const recorded = new Recorded();
      const sparse = await sparseClip(clipFile, join(folder, "s.mp4"), 16);
      recorded.placed = [{ clip: sparse, origin: ORIGIN }];
      await using parts = await openParts(folder, recorded);
      await reaches(parts, id, "ready", "failed");
      const told = await eventsOf(parts, id);
      const ends = told.filter(({ type }) => TERMINAL.has(type));
      assert.deepEqual(
        ends.map(({ type, data }) => [type, data["attempt"]]),
        [["dvr_mp4_export_ready", 2]],
      );
      assert.equal(await pins(parts), 0);
      await parts.assets.settle();
      assert.deepEqual(await filesOf(folder), ["source.mp4"]);
    });
  }
}
