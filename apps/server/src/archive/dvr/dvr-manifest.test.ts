import assert from "node:assert/strict";
import { plus } from "@oxbow/media";
import { faultsOf } from "../../../../../fixtures/check-mpd.ts";
import { archiveStore, openStore } from "../../store/index.ts";
import type { Archive } from "../archive-door.ts";
import { archiveTest } from "../archive-for-tests.ts";
import { sender, T0, VIDEO } from "../media-for-tests.ts";

const test = archiveTest({ openStore, archiveStore });
const STREAM = { id: "str_1", name: "story" };
const NAMES = { stream: "str_1", broadcast: "brd_1", origin: plus(T0, -33) };

async function manifest(archive: Archive, query: string): Promise<string> {
  const answer = await archive.dvrRoute(STREAM, "manifest.mpd", new URLSearchParams(query));
  assert.ok(answer);
  assert.equal(answer.contentType, "application/dash+xml");
  const text = Buffer.concat(answer.body).toString();
  assert.deepEqual(faultsOf(text), []);
  return text;
}

/** Begin and length of the periods, and of their tracks the first numbers and the offsets. */
const shape = (text: string): string[] =>
  [...text.matchAll(/<Period [^>]*>|<SegmentTemplate [^>]*>/g)].map(([tag]) =>
    [...tag.matchAll(/ (?:start|duration|startNumber|presentationTimeOffset)="([^"]*)"/g)]
      .map(([, value]) => value)
      .join(" "),
  );

test("a finished range begins and ends at the millisecond, and what is missing is joined", async ({
  archive,
}) => {
  const recorder = archive.record(STREAM, "brd_1");
  const media = sender(NAMES, recorder);
  media.send("start", { fromMs: 0, toMs: 6000 });
  media.send("reconnect", { fromMs: 10_000, toMs: 14_000, tracks: [VIDEO] });
  await recorder.close();
  const text = await manifest(archive, `from=${T0 + 3000}&to=${T0 + 11_000}`);
  assert.match(text, / type="static" mediaPresentationDuration="PT4S" /);
  // The origin is 33 ms early and pictures come 33⅓ ms late: the first stretch ends a third of one later.
  assert.deepEqual(shape(text), [
    "PT0S PT3.000333S",
    "272970 1",
    "145584 1",
    "PT3.000333S PT0.999667S",
    "903000 3",
  ]);
});

/** Ends of the tracks' last segments after the beginning of the last period, in seconds. */
function endsOf(text: string): number[] {
  const [period = ""] = text.split("<Period ").slice(-1);
  return period
    .split("<SegmentTemplate ")
    .slice(1)
    .map((template) => {
      const value = (name: string): number =>
        Number(new RegExp(`${name}="(\\d+)"`).exec(template)?.[1] ?? 0);
      const lengths = [...template.matchAll(/ d="(\d+)"(?: r="(\d+)")?/g)];
      const ticks = lengths.reduce((sum, [, d, r]) => sum + Number(d) * (Number(r ?? 0) + 1), 0);
      return (value(" t") + ticks - value("presentationTimeOffset")) / value("timescale");
    });
}

test("a range that runs has its holes, and keeps its periods when it ends", async ({
  archive,
  world,
}) => {
  const recorder = archive.record(STREAM, "brd_1");
  const media = sender(NAMES, recorder);
  media.send("start", { fromMs: 0, toMs: 6000 });
  await recorder.sealed();
  const query = `from=${T0 - 1000}`;
  const running = await manifest(archive, query);
  assert.match(running, / type="dynamic" /);
  assert.match(running, /<UTCTiming schemeIdUri="urn:mpeg:dash:utc:http-xsdate:2014" value="time"/);
  media.send("reconnect", { fromMs: 10_000, toMs: 14_000 });
  await recorder.close();
  const ended = await manifest(archive, query);
  const periods = (text: string): string[] =>
    [...text.matchAll(/<Period [^>]*>/g)].map(([tag]) => tag);
  assert.equal(periods(ended)[0], periods(running)[0]);
  assert.equal(periods(ended).length, 2);
  // DASH-IF IOP v4.3 §4.6.4: the end is told to who plays before the text is static.
  const told = / type="(\w+)" mediaPresentationDuration="([^"]+)"/;
  const [, type, duration] = told.exec(ended) ?? [];
  assert.equal(type, "dynamic");
  const length = Number(/ duration="PT([\d.]+)S"/.exec(periods(ended)[1] ?? "")?.[1]);
  for (const end of endsOf(ended)) assert.ok(end >= length - 1e-6, `${end} s of ${length} s`);
  world.time = plus(world.time, 3000);
  assert.deepEqual(told.exec(await manifest(archive, query))?.slice(1), ["static", duration]);
});

test("the clock beside a manifest is the server's, and is not kept", async ({ archive }) => {
  const answer = await archive.dvrRoute(STREAM, "time", new URLSearchParams());
  assert.ok(answer);
  assert.equal(answer.cacheControl, "no-store");
  assert.match(Buffer.concat(answer.body).toString(), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
});
