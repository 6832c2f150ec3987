import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Asset, Export } from "@oxbow/contract";
import { plus } from "@oxbow/media";
import { encodeClip, extentOf, readClip } from "./clip-for-tests.ts";
import {
  eventsOf,
  filesOf,
  ORIGIN,
  onExports,
  openParts,
  pins,
  Recorded,
  reaches,
  TERMINAL,
} from "./exports-for-tests.ts";

/** Long enough for two pieces. */
const LONG = { seconds: 420, size: "64x36", rate: 4, gop: 8, bframes: 0, audio: false } as const;

/** Looks again until it is so. */
async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await delay(10);
}

/** Programs that this process, or another, has started and that still run. */
async function childrenOf(pid: number): Promise<readonly string[]> {
  const names: string[] = [];
  for (const thread of await readdir(`/proc/${pid}/task`)) {
    const children = await readFile(`/proc/${pid}/task/${thread}/children`, "utf8").catch(() => "");
    for (const child of children.split(" ").filter((each) => each !== "")) {
      names.push(await readFile(`/proc/${child}/comm`, "utf8").catch(() => ""));
    }
  }
  return names.filter((name) => name.startsWith("ffmpeg"));
}

/** The program that is killed: says when the first piece of its export is durable. */
async function transcodeUntilKilled(folder: string): Promise<void> {
  const parts = await openParts(folder);
  const clip = await readClip(join(folder, "long.mp4"));
  parts.recorded.placed = [{ clip, origin: ORIGIN }];
  const range = extentOf({ clip, origin: ORIGIN });
  const { id } = await parts.exports.create({ stream: "story", mode: "transcode", ...range });
  const piece = join(folder, "assets", ".partial", `${id}.pieces`, "0000-source.mp4");
  await until(() => existsSync(piece));
  process.send?.(id);
}

const [, , killed] = process.argv;
if (killed === undefined) await tests();
else await transcodeUntilKilled(killed);

async function tests(): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), "oxbow-transcode-jobs-"));
  after(() => rm(root, { recursive: true, force: true }));
  const clip = await encodeClip(root, "clip", { seconds: 4 });
  const placed = { clip, origin: ORIGIN };
  const range = extentOf(placed);
  const onParts = onExports(root, placed);

  onParts("a transcode becomes an asset of all its files and texts", async (parts, folder) => {
    const { exports, assets } = parts;
    const text = "1\n00:00:01,000 --> 00:00:02,000\nHello";
    const { id } = await exports.create({
      ...{ stream: "story", mode: "transcode", ...range, title: "A story" },
      renditions: ["source", { height: 46, name: "small" }, "audio"],
      subtitles: [{ language: "en", text }],
    });
    await reaches(parts, id, "ready", "failed");
    const ready = Export.parse(await exports.get(id));
    assert.equal(ready.error, null);
    const asset = Asset.parse(await assets.get(ready.asset ?? ""));
    assert.deepEqual(
      asset.files.map(({ rendition, tracks }) => [rendition, tracks?.map(({ kind }) => kind)]),
      [
        ["source", ["video", "audio"]],
        ["small", ["video", "audio"]],
        ["audio", ["audio"]],
      ],
    );
    assert.equal(asset.duration, 4);
    assert.deepEqual(
      asset.subtitles?.map(({ language }) => language),
      ["en"],
    );
    for (const list of ["index.m3u8", "video-small.m3u8", "audio.m3u8"]) {
      assert.ok(await assets.vodRoute(asset.id, list), list);
    }
    await exports.recover();
    await assets.settle();
    const names = (await filesOf(folder)).filter((name) => !name.endsWith(".vtt"));
    assert.deepEqual(names.toSorted(), ["audio.mp4", "small.mp4", "source.mp4"]);
    assert.equal(await pins(parts), 0);
  });

  onParts(
    "an abort ends the encoder within a second, and leaves nothing",
    async (parts, folder) => {
      const { exports, recorded } = parts;
      // A picture that is held for an hour keeps the encoder busy.
      recorded.placed = [placed, { clip, origin: plus(ORIGIN, 3_600_000) }];
      const to = plus(range.to, 3_600_000);
      const text = "1\n00:00:01,000 --> 00:00:02,000\nHello";
      const { id } = await exports.create({
        ...{ stream: "story", mode: "transcode", from: range.from, to, gaps: "fill" },
        tracks: ["video"],
        subtitles: [{ language: "en", text, burn: true }],
      });
      await until(async () => (await childrenOf(process.pid)).length > 0);
      await until(async () => (await filesOf(folder)).some((name) => name.endsWith(".mp4.part")));
      const asked = performance.now();
      assert.equal((await exports.abort(id, "platform", "Enough")).state, "aborted");
      await until(async () => (await childrenOf(process.pid)).length === 0);
      await until(async () => (await filesOf(folder)).length === 0);
      const took = performance.now() - asked;
      assert.ok(took < 1000, `${took} ms`);
      const ends = (await eventsOf(parts, id)).filter(({ type }) => TERMINAL.has(type));
      assert.deepEqual(
        ends.map(({ type, data }) => [type, data["why"]]),
        [["dvr_mp4_export_aborted", "Enough"]],
      );
      assert.equal(await pins(parts), 0);
    },
  );

  onParts(
    "without an encoder, an export fails and says what to set",
    async (parts, folder) => {
      const { exports } = parts;
      const text = "1\n00:00:01,000 --> 00:00:02,000\nHello";
      const { id } = await exports.create({
        ...{ stream: "story", mode: "transcode", ...range },
        subtitles: [{ language: "en", text, burn: true }],
      });
      await reaches(parts, id, "failed");
      const { error } = await exports.get(id);
      assert.equal(error?.code, "encoder_missing");
      assert.match(error?.message ?? "", /OXBOW_FFMPEG/);
      // The text stays for a further try, which has one of its own.
      assert.deepEqual(await filesOf(folder), ["0.txt"]);
      const again = await exports.retry(id);
      await reaches(parts, again.id, "failed");
      assert.equal((await exports.get(again.id)).error?.code, "encoder_missing");
      assert.deepEqual(await filesOf(folder), ["0.txt", "0.txt"]);
    },
    join(root, "no-such-program"),
  );

  void test("killed in mid-transcode, the next start goes on with what was encoded, and ends once", async () => {
    const folder = join(root, "killed");
    await mkdir(folder);
    const long = await encodeClip(folder, "long", LONG);
    const child = fork(import.meta.filename, [folder]);
    const died = once(child, "exit").then(() => [undefined]);
    const [id]: unknown[] = await Promise.race([once(child, "message"), died]);
    child.kill("SIGKILL");
    await died;
    assert.ok(typeof id === "string");
    const pieces = join(folder, "assets", ".partial", `${id}.pieces`);
    const { ino } = await stat(join(pieces, "0000-source.mp4"));
    assert.ok(ino > 0);
    const recorded = new Recorded();
    recorded.placed = [{ clip: long, origin: ORIGIN }];
    await using parts = await openParts(folder, recorded);
    await reaches(parts, id, "ready", "failed");
    const told = await eventsOf(parts, id);
    const ends = told.filter(({ type }) => TERMINAL.has(type));
    assert.deepEqual(
      ends.map(({ type, data }) => [type, data["attempt"]]),
      [["dvr_mp4_export_ready", 2]],
    );
    const again = told.find(
      ({ type, data }) => type === "dvr_mp4_export_progress" && data["attempt"] === 2,
    );
    // The first piece was not made again.
    assert.ok(Number(again?.data["percent"]) >= 40, String(again?.data["percent"]));
    const asset = await parts.assets.get((await parts.exports.get(id)).asset ?? "");
    assert.equal(asset.duration, LONG.seconds);
    assert.equal(await pins(parts), 0);
    await parts.assets.settle();
    assert.deepEqual(await filesOf(folder), ["source.mp4"]);
  });
}
