import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Frame, type Millis, plus } from "@oxbow/media";
import { archiveStore, openStore } from "../store/index.ts";
import type { Archive } from "./archive-door.ts";
import { archiveTest, type OnArchive, samplesOf } from "./archive-for-tests.ts";
import { sealedLength } from "./index-record.ts";
import { framesOf, sender, T0 } from "./media-for-tests.ts";
import { StretchIndex } from "./stretch-index.ts";
import { indexPath } from "./stretch-path.ts";

const test = archiveTest({ openStore, archiveStore });
const STREAM = { id: "str_1", name: "story" };
const NAMES = { stream: "str_1", broadcast: "brd_1", origin: T0 };
const ALL = [T0, plus(T0, 3_600_000)] as const;

async function recorded(archive: Archive, rendition = "source"): Promise<Frame[]> {
  const { spans } = await archive.resolve("str_1", ...ALL, { rendition });
  return (await Promise.all(spans.map(samplesOf))).flat();
}

/** What was found is the beginning of what was sent, in each track. */
function assertPrefix(found: readonly Frame[], sent: readonly Frame[]): void {
  for (const track of [1, 2]) {
    const got = found.filter((frame) => frame.track === track);
    assert.deepEqual(got, sent.filter((frame) => frame.track === track).slice(0, got.length));
  }
}

/** Records ten seconds into one file and closes it; the row then says that it is open, as after a crash. */
async function crashed({ archive, rows }: OnArchive<unknown>): Promise<string> {
  const recorder = archive.record(STREAM, "brd_1");
  sender(NAMES, recorder).send("start", { fromMs: 0, toMs: 10_000 });
  await recorder.close();
  const { spans } = await archive.resolve("str_1", ...ALL);
  const stretch = spans[0]?.stretch;
  assert.ok(stretch !== undefined);
  await rows.growStretch(stretch.id, { to: stretch.from, segments: 0, bytes: 0, open: true });
  return stretch.file;
}

const SENT = framesOf({ fromMs: 0, toMs: 10_000 });

test("a clean file that was only not closed loses nothing", async (on) => {
  const file = await crashed(on);
  const before = await readFile(indexPath(file));
  const archive = await on.again();
  const { stretches } = await archive.recover();
  assert.deepEqual(
    stretches.map(({ recoveredTo, lostBytes, lostSeconds }) => [
      recoveredTo,
      lostBytes,
      lostSeconds,
    ]),
    [[plus(T0, 10_033), 0, 0.5]],
  );
  assert.deepEqual(await readFile(indexPath(file)), before);
  const found = await recorded(archive);
  assert.equal(found.length, SENT.length);
  assertPrefix(found, SENT);
  assert.deepEqual((await on.rows.openStretches()).length, 0);
  assert.deepEqual(await archive.nextSegment("str_1"), 5);
});

for (const [what, damage] of Object.entries<(file: string) => Promise<unknown>>({
  "a torn chunk at the end": async (file) => truncate(file, (await stat(file)).size - 100),
  "garbage at the end": (file) => appendFile(file, Buffer.alloc(9000, 0x5a)),
  "zeros at the end": (file) => appendFile(file, Buffer.alloc(9000)),
  "half a box header at the end": (file) => appendFile(file, Buffer.from([0, 0, 1])),
  "a torn index": async (file) => truncate(indexPath(file), (await stat(indexPath(file))).size - 7),
  "an index that is far behind": (file) => truncate(indexPath(file), 64 + 300),
  "a deleted index": (file) => rm(indexPath(file)),
  "an index of other bytes": (file) => writeFile(indexPath(file), Buffer.alloc(5000, 0x77)),
  "a flipped bit in the index": async (file) => {
    const bytes = await readFile(indexPath(file));
    bytes[2000] = (bytes[2000] ?? 0) ^ 4;
    await writeFile(indexPath(file), bytes);
  },
  "an index ahead of its media": async (file) =>
    truncate(file, Math.round((await stat(file)).size * 0.7)),
})) {
  test(`${what} is cut back to the last whole chunk, media and index alike`, async (on) => {
    const file = await crashed(on);
    await damage(file);
    const { size } = await stat(file);
    const archive = await on.again();
    const [report] = (await archive.recover()).stretches;
    const left = (await stat(file)).size;
    assert.equal(report?.lostBytes, size - left);
    const bytes = await readFile(indexPath(file));
    const index = StretchIndex.parse(bytes);
    assert.equal(index?.mediaEnd, left);
    assert.equal(index.end, sealedLength(bytes));
    const found = await recorded(archive);
    assertPrefix(found, SENT);
    const whole = /torn chunk|ahead/.test(what);
    assert.equal(found.length < SENT.length, whole);
    if (!what.includes("ahead")) assert.ok(found.length > SENT.length - 40);
    // The segments are those that were there: the same numbers begin at the same places.
    const video = index.track(1);
    const firsts = [0, 1, 2, 3].map((n) => video?.search((head) => head.segment >= n));
    assert.deepEqual(
      firsts.slice(0, what.includes("ahead") ? 3 : 4),
      [0, 4, 8, 12].slice(0, what.includes("ahead") ? 3 : 4),
    );
    assert.deepEqual((await archive.recover()).stretches, []);
  });
}

test("pages that a power cut left empty end the file before their chunk", async (on) => {
  const { archive, rows } = on;
  const recorder = archive.record(STREAM, "brd_1");
  sender(NAMES, recorder).send("start", { fromMs: 0, toMs: 6000, pictureBytes: 9000 });
  await recorder.close();
  const stretch = (await archive.resolve("str_1", ...ALL)).spans[0]?.stretch;
  assert.ok(stretch !== undefined);
  await rows.growStretch(stretch.id, { to: stretch.from, segments: 0, bytes: 0, open: true });
  const bytes = await readFile(stretch.file);
  const hole = Math.floor((bytes.length * 0.9) / 4096) * 4096;
  bytes.fill(0, hole, hole + 8192);
  await writeFile(stretch.file, bytes);
  const second = await on.again();
  await second.recover();
  const { size } = await stat(stretch.file);
  assert.ok(size <= hole && size > hole - 200_000);
  assertPrefix(await recorded(second), framesOf({ fromMs: 0, toMs: 6000, pictureBytes: 9000 }));
});

test("a row without media is dropped, and a file without a chunk with it", async (on) => {
  const file = await crashed(on);
  await truncate(file, 10);
  const archive = await on.again();
  const [report] = (await archive.recover()).stretches;
  assert.deepEqual([report?.lostBytes, report?.recoveredTo], [10, plus(T0, 33)]);
  assert.deepEqual((await archive.view("str_1")).ranges, []);
  await assert.rejects(stat(file), { code: "ENOENT" });
});

function places(index: StretchIndex | undefined): unknown[] {
  return Array.from({ length: index?.length ?? 0 }, (_, at) => {
    const { segment, part, track, offset } = index?.chunk(at) ?? {};
    return { segment, part, track, offset };
  });
}

test("the index of a closed file is made again when it is gone or wrong", async (on) => {
  const { archive } = on;
  const recorder = archive.record(STREAM, "brd_1");
  sender(NAMES, recorder).send("start", { fromMs: 0, toMs: 10_000 });
  await recorder.close();
  const { file = "" } = (await archive.resolve("str_1", ...ALL)).spans[0]?.stretch ?? {};
  const before = await readFile(indexPath(file));
  for (const damage of [() => rm(indexPath(file)), () => truncate(indexPath(file), 1000)]) {
    await damage();
    const second = await on.again();
    const found = await recorded(second);
    assert.equal(found.length, SENT.length);
    assertPrefix(found, SENT);
    const made = StretchIndex.parse(await readFile(indexPath(file)));
    const kept = StretchIndex.parse(before);
    assert.deepEqual(places(made), places(kept));
  }
});

// Records for ever in real time, ten times as fast; says which part it has handed over.
const CHILD = `
const [folder, here] = process.argv.slice(2);
const from = (path) => import(new URL(path, here).href);
const { openStore, archiveStore } = await from("../store/index.ts");
const { openArchive } = await from("./index.ts");
const { sender, T0 } = await from("./media-for-tests.ts");
const { createWorld } = await from("../world.ts");
const world = createWorld({ logLevel: "silent" });
const store = await openStore({ file: folder + "/oxbow.db" }, world);
const archive = await openArchive({ root: folder + "/archive", store: archiveStore(store), world });
await archive.recover();
const recorder = archive.record({ id: "str_1", name: "story" }, "brd_1");
const told = { stretchBegan() {}, segmentSealed() {}, stretchEnded() {},
  chunkSealed(chunk) { process.stdout.write(chunk.track + " " + (chunk.dts + chunk.duration) + "\\n"); } };
const media = sender({ stream: "str_1", broadcast: "brd_1", origin: T0 }, recorder, told);
const small = archive.record({ id: "str_1", name: "story" }, "brd_1", { rendition: "360p" });
const follower = sender({ stream: "str_1", broadcast: "brd_1", origin: T0, rendition: "360p" }, small);
const shape = { fromMs: 0, toMs: 600_000, pictureBytes: 5000 };
const pause = () => new Promise((done) => setTimeout(done, 10));
await Promise.all([media, follower].map((each) => each.sendSlowly("start", shape, 8, pause)));
`;

test("a server killed while it records loses at most the part that was open, of each rendition", async (on) => {
  const other = join(on.folder, "other");
  const file = join(other, "oxbow.db");
  const store = await openStore({ file }, on.world);
  await store[Symbol.asyncDispose]();
  const script = join(on.folder, "child.mjs");
  await writeFile(script, CHILD);
  const child = spawn(process.execPath, [script, other, import.meta.url], {
    timeout: 60_000,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const handed = new Map<string, number>();
  let rest = "";
  const exited = once(child, "exit");
  for await (const text of child.stdout.setEncoding("utf8")) {
    rest += text;
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const [track = "", end] = line.split(" ");
      handed.set(track, Number(end));
    }
    if ((handed.get("1") ?? 0) > 90_000 * 7) child.kill("SIGKILL");
  }
  await exited;
  assert.equal(child.signalCode, "SIGKILL");

  await using again = await openStore({ file }, on.world);
  const archive = await on.again({ root: join(other, "archive"), store: archiveStore(again) });
  const { stretches } = await archive.recover();
  assert.equal(stretches.length, 2);
  const made = await recorded(archive, "360p");
  assert.ok(made.length > 200);
  assertPrefix(made, framesOf({ fromMs: 0, toMs: 600_000, pictureBytes: 5000 }));
  const found = await recorded(archive);
  assertPrefix(found, framesOf({ fromMs: 0, toMs: 600_000, pictureBytes: 5000 }));
  const last = found.findLast(({ track }) => track === 1);
  const lost = (handed.get("1") ?? 0) - ((last?.dts ?? 0) + 3000);
  assert.ok(lost <= 45_000, `${lost / 90_000} s of the media handed over are lost`);
  const report = stretches.find(({ rendition }) => rendition === "source");
  const to: Millis | undefined = report?.recoveredTo;
  assert.equal(to, plus(T0, Math.round(((last?.dts ?? 0) + 6000) / 90)));
});
